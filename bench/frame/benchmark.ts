import type { Figure } from './report.ts';

/** How much of it is wanted. */
export interface Amount {
  /** Gates only, as small as they allow: what CI runs. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Of one measurement of one contender. */
  readonly secs: number;
  /** Sizes that were asked for by name, such as `--rows 100000,1000000`. */
  readonly sizes: readonly number[] | undefined;
  /** Over which growth is measured. */
  readonly cycles: number | undefined;
  /** Contenders that are asked for beyond the yardstick. */
  readonly peers: readonly string[];
  /** Leave a CPU profile of the product in this directory. */
  readonly profile: string | undefined;
}

export interface Benchmark {
  readonly name: string;
  /** One line for `--help`. */
  readonly measures: string;
  /** Of a full run, where it differs from five rounds of four seconds. */
  readonly usual?: Partial<Pick<Amount, 'rounds' | 'secs'>>;
  /** `note` says how far it is, on stderr. Throws where it can't measure at all. */
  run(amount: Amount, note: (line: string) => void): Promise<readonly Figure[]>;
}
