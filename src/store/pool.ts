import type { Sql } from 'postgres';

/** What a query is to tell the pool that it was asked of. */
export interface Asked {
  readonly deadlineMs: number;
  answered(): void;
  /** It was not answered in time, nor did its connection fail. */
  overran(): void;
  /** Whether a commit that was waiting for its synchronous standby was let go since the query was asked: whose, nobody knows. */
  isInDoubt(): boolean;
}

export interface PoolOptions {
  /** Makes the connections; `onLetGo` is called when a commit stops waiting for its synchronous standby. */
  readonly connect: (onLetGo: () => void) => Sql;
  readonly deadlineMs: number;
  /** The connections were given up for new ones; so often in a row without an answer in between. */
  readonly onOverrun: (inARow: number) => void;
}

export interface Pool {
  /** Always the present connections. */
  readonly sql: Sql;
  /** Runs it now, and again whenever there are new connections. */
  onEachPool(run: (sql: Sql) => Promise<unknown>): Promise<void>;
  end(): Promise<void>;
}

const asked = new WeakMap<object, Asked>();

/** Undefined: it is no query of a pool, but something made of one. */
export function askedOf(query: unknown): Asked | undefined {
  return typeof query === 'object' && query !== null ? asked.get(query) : undefined;
}

/**
 * Connections that are given up for new ones when they fall silent. A network that forgets its connections ends none of them: they would stay
 * silent for a quarter of an hour after it is well again, and whoever waits for one with them.
 */
export function createPool({ connect, deadlineMs, onOverrun }: PoolOptions): Pool {
  let letGo = 0;
  let silent = 0;
  const make = () =>
    connect(() => {
      letGo += 1;
    });
  let current = make();
  const followers = new Set<(sql: Sql) => Promise<unknown>>();

  function renew(from: Sql): void {
    if (from !== current) return; // Somebody else's query was the first to find out.
    current = make();
    silent += 1;
    void from.end({ timeout: 0 });
    for (const follow of followers) void follow(current).catch(() => {});
    onOverrun(silent);
  }

  function keep<T>(query: T): T {
    if (typeof query !== 'object' || query === null) return query;
    const from = current;
    const before = letGo;
    asked.set(query, {
      deadlineMs,
      answered: () => {
        silent = 0;
      },
      overran: () => renew(from),
      isInDoubt: () => letGo !== before,
    });
    return query;
  }

  const sql = new Proxy(current, {
    apply: (_, self, args) => keep(Reflect.apply(current, self, args)),
    get: (_, key) => Reflect.get(current, key),
  });
  return {
    sql,
    async onEachPool(run) {
      followers.add(run);
      await run(current);
    },
    end: () => {
      followers.clear();
      return current.end({ timeout: 5 });
    },
  };
}
