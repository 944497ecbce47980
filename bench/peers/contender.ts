import type { Child } from '../frame/child.ts';
import type { Caller } from '../load/caller.ts';

/** Whoever takes proposals over HTTP, decides and writes each once; in a process of its own. */
export interface Contender {
  readonly name: string;
  /** Makes its schema in an empty database (a superuser's login). */
  prepare(databaseUrl: string): Promise<void>;
  start(world: {
    readonly databaseUrl: string;
    readonly ledgerUrl: string;
    readonly profile?: string | undefined;
  }): Promise<Running>;
  /** What we are to reach of its cycles a second; a multiple. */
  readonly atLeast?: number;
  /** SQL: how many were written, with that on record. */
  readonly recorded: string;
}

export interface Running extends Pick<Child, 'readyMs'> {
  /** Of each of its processes, most often one. */
  readonly pids: readonly number[];
  readonly urls: readonly string[];
  /** Resolves once the proposal is durable, with its id. */
  propose(caller: Caller, n: number): Promise<string>;
  /** Resolves once the decision is durable; the write follows by itself. */
  decide(caller: Caller, id: string): Promise<void>;
  /** Sends each of its processes the signal, and resolves with the first line of each that fits, as JSON. */
  ask(signal: NodeJS.Signals, answer: RegExp): Promise<Record<string, unknown>[]>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}
