import postgres, { type Sql } from 'postgres';
import { ARRAY_TYPES } from './array-types.ts';
import { askedOf, createPool } from './pool.ts';

/** Where all state lives. `sql` is for the store's own files; everybody else calls the functions beside this one. */
export interface Database {
  readonly sql: Sql;
  /** Runs it now, and again whenever the connections were given up for new ones. */
  onEachPool(run: (sql: Sql) => Promise<unknown>): Promise<void>;
  /** Resolves when the connections are closed, after at most five seconds. */
  close(): Promise<void>;
}

/** Postgres did not answer, or not in time; what was asked for may have happened. Asking again under the same id is safe. */
export class DatabaseAway extends Error {
  readonly code = 'database_away';
  readonly retry = true;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Taken on every connection; undefined: the login's own rights. */
  readonly role?: string | undefined;
  readonly connections?: number;
  /** 8 seconds by default, 0 for none: what reads the whole audit takes as long as it takes. */
  readonly statementTimeoutMs?: number;
  /** 10 seconds by default: after it a call has failed, and the connections are given up for new ones. */
  readonly callDeadlineMs?: number;
  /** They were given up, so often in a row without an answer in between. */
  readonly onOverrun?: (inARow: number) => void;
}

const STATEMENT_TIMEOUT_MS = 8_000;
const CALL_DEADLINE_MS = 10_000;
/** What reads for as long as it takes is waited for as long. */
const NO_DEADLINE_MS = 2 ** 31 - 1;

/**
 * One pool. `max_pipeline: 1`, since queries behind a failing one could never settle; a primary only, since nothing is
 * decided from a replica. No transaction is ever opened from here: a state change is one statement (guarantees.md).
 */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = createPool({
    connect: (onLetGo) => connect(options, onLetGo),
    deadlineMs:
      options.callDeadlineMs ?? (options.statementTimeoutMs === 0 ? NO_DEADLINE_MS : CALL_DEADLINE_MS),
    onOverrun: options.onOverrun ?? (() => {}),
  });
  return { sql: pool.sql, onEachPool: pool.onEachPool, close: () => pool.end() };
}

function connect(options: DatabaseOptions, onLetGo: () => void): Sql {
  return postgres(options.url, {
    max: options.connections ?? 10,
    // Missing in the library's types, not in the library.
    ...({ max_pipeline: 1 } as object),
    connect_timeout: 5,
    target_session_attrs: 'primary',
    fetch_types: false,
    types: ARRAY_TYPES,
    // In seconds. The library's own grows to 20 s, the faster the more connections were lost at once.
    backoff: (tries: number) => Math.min(0.05 * 2 ** tries, 1),
    // By where it comes from, since what it says is in the server's language.
    onnotice: ({ routine }) => {
      if (routine === 'SyncRepWaitForLSN') onLetGo();
    },
    connection: {
      application_name: 'countersign',
      // Whatever the server's own setting: what is answered for is on its disk, and on its synchronous standby's where there is one.
      synchronous_commit: 'on',
      // Of a disk without arms, and so that a plan made while a table was small, which is kept, is by an index already.
      random_page_cost: '1.1',
      // Our functions forbid whole scans by making them dear, which Postgres would take for a query worth compiling.
      jit: 'off',
      statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
      ...(options.role ? { role: options.role } : {}),
    },
  });
}

const AWAY = /^(CONNECT|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|57P0|08|53|25006|CONNECTION_|NOT_TAGGED)/;

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Was it the database that could not be reached or may not write now, rather than the statement that was wrong? */
function isAway(error: unknown): boolean {
  return AWAY.test(codeOf(error));
}

/** A deadlock, a lock or a deadline: the same statement may well pass the next time. */
export function isPassing(error: unknown): boolean {
  return error instanceof DatabaseAway || /^(40|55|57)/.test(codeOf(error));
}

/**
 * Awaits a query under a deadline; connection trouble becomes {@link DatabaseAway}, without the statement's parameters. So does an
 * answer that never was complete (where a connection dies and is made anew, the driver may resolve a query with no rows), and one whose
 * commit may be on this server alone, since it was let go while it waited for the synchronous standby.
 */
export async function ask<T>(query: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const asked = askedOf(query);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseAway('Postgres did not answer in time'));
      asked?.overran();
    }, asked?.deadlineMs ?? CALL_DEADLINE_MS);
  });
  try {
    const answer = await Promise.race([query, late]);
    asked?.answered();
    if (isCutOff(answer)) throw new DatabaseAway('Postgres was cut off in the middle of its answer');
    if (asked?.isInDoubt()) throw new DatabaseAway('a commit was let go before its standby had it');
    return answer;
  } catch (error) {
    if (isAway(error)) throw new DatabaseAway(`Postgres is away (${codeOf(error)})`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Postgres ends each answer with the command that it has carried out. */
function isCutOff(answer: unknown): boolean {
  return Array.isArray(answer) && 'command' in answer && answer.command === null;
}

/** What is made once for each database, such as a batcher that all callers share. */
export function perDatabase<T>(make: (database: Database) => T): (database: Database) => T {
  const made = new WeakMap<Database, { readonly value: T }>();
  return (database) => {
    const known = made.get(database) ?? { value: make(database) };
    made.set(database, known);
    return known.value;
  };
}

/** A batch that failed is tried item by item, unless it was the database that is away. */
export function retryAlone(error: unknown): boolean {
  return !(error instanceof DatabaseAway);
}
