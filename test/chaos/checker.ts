import postgres from 'postgres';
import type { Class } from './classes.ts';

export interface Verdict {
  readonly proposals: number;
  /** Said to be written, and the system has nothing. */
  readonly lost: readonly string[];
  /** The system has it twice. */
  readonly doubled: readonly string[];
  /** Said not to be written, and the system has it. */
  readonly denied: readonly string[];
  /** Neither settled nor given to a human. */
  readonly stuck: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * Compares what the gate says with what the system has, each from its own database by plain SQL: it shares no code with what it
 * checks. Each proposal has an account of its own.
 */
export async function check(
  gateUrl: string,
  booksUrl: string,
  accounts: readonly string[],
): Promise<Verdict> {
  const gate = postgres(gateUrl, { max: 1 });
  const books = postgres(booksUrl, { max: 1 });
  try {
    const said = await gate<{ account: string; state: string }[]>`
      select account, state from proposal where account = any (${[...accounts]})`;
    const done = await books<{ account: string; n: number }[]>`
      select account, count(*)::int as n from billing.refund where account = any (${[...accounts]}) group by account`;
    const effects = new Map(done.map(({ account, n }) => [account, n]));
    const where = (wrong: (state: string, n: number) => boolean) =>
      said
        .filter(({ account, state }) => wrong(state, effects.get(account) ?? 0))
        .map(({ account }) => account);
    return {
      proposals: said.length,
      lost: where((state, n) => state === 'executed' && n === 0),
      doubled: where((_, n) => n > 1),
      denied: where((state, n) => ['failed', 'blocked', 'expired', 'rejected'].includes(state) && n > 0),
      stuck: where((state) => ['received', 'approved', 'executing', 'pending'].includes(state)),
      unknown: where((state) => state === 'unknown'),
    };
  } finally {
    await gate.end();
    await books.end();
  }
}

/** What the promise allows: nothing lost, nothing doubled, and `unknown` only where the system offers neither key nor look-up. */
export function isKept(verdict: Verdict, kind: Class): boolean {
  const { lost, doubled, denied, stuck, unknown } = verdict;
  const wrong = lost.length + doubled.length + denied.length + stuck.length;
  return wrong === 0 && (kind === 'none' || unknown.length === 0);
}
