import type { JsonObject } from '../domain/json.ts';
import type { SwitchedBy, Switches } from '../domain/switches.ts';
import { ask, type Database } from './database.ts';

export interface UnderWay {
  readonly number: number;
  readonly system: string;
  readonly account: string;
  /** By then its outcome is known, or another process finds it out: nothing is sent again. */
  readonly deadline: Date | null;
}

interface Entry {
  principal: string;
  id: string;
  name: string;
  at: string;
  reason?: string | null;
}

function entries(value: Record<string, Entry>): Switches['off'] {
  return Object.fromEntries(
    Object.entries(value).map(([scope, entry]) => [
      scope,
      {
        by: { principal: entry.principal, id: entry.id, name: entry.name },
        at: new Date(entry.at),
        reason: entry.reason ?? null,
      },
    ]),
  );
}

export async function readSwitches({ sql }: Database): Promise<Switches> {
  const [row] = await ask(sql<{ off: Record<string, Entry>; asked: Record<string, Entry>; now: Date }[]>`
    select off, asked, clock_timestamp() as now from switchboard where id = 1`);
  if (!row) throw new Error('the switchboard has no row: the database is not migrated');
  return { off: entries(row.off), asked: entries(row.asked), now: row.now };
}

function wire(by: SwitchedBy): JsonObject {
  return { principal: by.principal, id: by.id, name: by.name };
}

const LOCK_TIMEOUT = '55P03';

/**
 * Switches a scope off. When it resolves, no write can start any more but those that were let through less than the grace
 * ago: the caller waits that long before it says so. Tries again while writes that are beginning hold the row.
 */
export async function switchOff(
  { sql }: Database,
  scope: string,
  by: SwitchedBy,
  reason: string | null,
): Promise<UnderWay[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const rows = await ask(sql<
        { number: string; system: string; account: string; lease_until: Date | null }[]
      >`
        select * from switch_off(${scope}, ${sql.json(wire(by))}, ${reason})`);
      return rows.map((row) => ({
        number: Number(row.number),
        system: row.system,
        account: row.account,
        deadline: row.lease_until,
      }));
    } catch (error) {
      const busy =
        typeof error === 'object' && error !== null && 'code' in error && error.code === LOCK_TIMEOUT;
      if (!busy || attempt === 20) throw error;
    }
  }
}

/**
 * One operator's word to switch a scope on again: it is on, or a second operator was asked for and `because` says why. Who asks for
 * what another has asked for is the second. Judged where no write can be approved in between.
 */
export async function enableSwitch(
  { sql }: Database,
  scope: string,
  by: SwitchedBy,
): Promise<{ readonly outcome: 'on' | 'not_off' } | { readonly outcome: 'asked'; readonly because: string }> {
  const [row] = await ask(sql<{ outcome: 'on' | 'not_off' | 'asked'; because: string | null }[]>`
    select * from enable_switch(${scope}, ${sql.json(wire(by))})`);
  if (row?.outcome === 'asked') return { outcome: 'asked', because: row.because ?? '' };
  return { outcome: row?.outcome ?? 'not_off' };
}

/** Switches a scope on again; `asked` is who asked for it where a second operator has to confirm. False: nothing to switch on. */
export async function switchOn(
  { sql }: Database,
  scope: string,
  by: SwitchedBy,
  asked: SwitchedBy | null,
): Promise<boolean> {
  const [row] = await ask(sql<{ done: boolean }[]>`
    select switch_on(${scope}, ${sql.json(wire(by))}, ${asked ? sql.json(wire(asked)) : null}) as done`);
  return row?.done ?? false;
}
