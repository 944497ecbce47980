import type { JsonObject } from '../domain/json.ts';
import type { StandIn } from '../domain/person.ts';
import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

interface Name {
  readonly principal: string;
  readonly id: string;
  readonly name: string;
}

export interface NewAbsence extends Name {
  readonly until: Date;
  readonly delegate: Name | null;
}

/** Somebody who is away now. */
export interface Absence {
  /** Slack ids. */
  readonly id: string;
  readonly name: string;
  readonly until: Date;
  readonly delegate: { readonly id: string; readonly name: string } | null;
}

function wire({ principal, id, name }: Name): JsonObject {
  return { principal, id, name };
}

/** `cycle`: who was asked has asked somebody in their turn, and it leads back. What waits is looked at again. */
export async function beginAbsence({ sql }: Database, away: NewAbsence): Promise<'set' | 'past' | 'cycle'> {
  const given = {
    ...wire(away),
    until: away.until.toISOString(),
    delegate: away.delegate && wire(away.delegate),
  };
  const [row] = await ask(
    sql<{ outcome: 'set' | 'past' | 'cycle' }[]>`select set_absence(${sql.json(given)}) as outcome`,
  );
  return row?.outcome ?? 'past';
}

/** False: they were not away. */
export async function endAbsence({ sql }: Database, by: Name): Promise<boolean> {
  const [row] = await ask(sql<{ done: boolean }[]>`select end_absence(${sql.json(wire(by))}) as done`);
  return row?.done ?? false;
}

export function listAbsences(database: Database): Promise<readonly Absence[]> {
  return readerOf(database)(undefined);
}

/** Whoever asks at the same moment gets the same answer, begun after each has asked. */
const readerOf = perDatabase(({ sql }) =>
  createBatcher<undefined, readonly Absence[]>(
    async (askers) => {
      const absences = await readAbsences(sql);
      return askers.map(() => absences);
    },
    { lanes: 2, most: 64, retryAlone },
  ),
);

async function readAbsences(sql: Database['sql']): Promise<Absence[]> {
  const rows = await ask(sql<
    {
      by_id: string;
      by_name: string;
      until: Date;
      delegate_id: string | null;
      delegate_name: string | null;
    }[]
  >`
    select by_id, by_name, until, delegate_id, delegate_name from absence where until > clock_timestamp()`);
  return rows.map((row) => ({
    id: row.by_id,
    name: row.by_name,
    until: row.until,
    delegate:
      row.delegate_id === null ? null : { id: row.delegate_id, name: row.delegate_name ?? row.delegate_id },
  }));
}

/** Everybody who is away and whose decisions are this person's meanwhile, also through others who are away. */
export async function listStandsFor({ sql }: Database, principal: string): Promise<StandIn[]> {
  const rows = await ask(sql<{ principal: string; by_id: string; by_name: string; identities: string[] }[]>`
    with recursive chain as (
      select a.principal, a.by_id, a.by_name from absence a where a.delegate = ${principal} and a.until > clock_timestamp()
      union
      select a.principal, a.by_id, a.by_name from absence a join chain c on a.delegate = c.principal where a.until > clock_timestamp())
    select c.*, array(select identity from identity i where i.principal = c.principal) as identities from chain c`);
  return rows.map((row) => ({
    principal: row.principal,
    userId: row.by_id,
    name: row.by_name,
    identities: [...row.identities, `id:${row.by_id}`],
  }));
}
