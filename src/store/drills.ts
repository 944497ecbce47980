import type { Drill, DrillEdit } from '../domain/drill.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { ProposalState } from '../domain/proposal.ts';
import { ask, type Database } from './database.ts';
import type { Claim } from './executions.ts';

/** Begins a drill, with what makes it go on. Its number; undefined: one of that system is under way. */
export async function startDrillOf(
  { sql }: Database,
  drill: Pick<Drill, 'id' | 'system' | 'by' | 'writes' | 'rollback'>,
): Promise<number | undefined> {
  const wire = { ...drill, by: { ...drill.by } };
  const [row] = await ask(sql<{ number: number | null }[]>`select start_drill(${sql.json(wire)}) as number`);
  return row?.number ?? undefined;
}

/** Committed when it returns; of one proposal the first edit counts. */
export async function noteEdit({ sql }: Database, id: string, edit: DrillEdit): Promise<void> {
  await ask(sql`select note_drill_edit(${id}, ${sql.json({ ...edit })})`);
}

export interface Confirmation {
  readonly digest: string;
  /** Who dies with what it was given, and when its lease is over. */
  readonly worker: string;
  readonly leaseMs: number;
  readonly deaths: number;
}

const LOCK_TIMEOUT = '55P03';

/** Confirms a drill's own plan and begins its undoing; what is returned is in the hands of who will die. */
export async function confirmDrill(
  { sql }: Database,
  id: string,
  { digest, worker, leaseMs, deaths }: Confirmation,
): Promise<Claim[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const rows = await ask(
        sql<
          { id: string; proposal_id: string; fence: number; was: Claim['was']; kind: Claim['kind'] }[]
        >`select * from confirm_drill(${id}, ${digest}, ${worker}, ${leaseMs}, ${deaths})`,
      );
      return rows.map(({ proposal_id: proposalId, ...claim }) => ({ ...claim, proposalId }));
    } catch (error) {
      if (!(isObject(error) && error.code === LOCK_TIMEOUT) || attempt === 20) throw error;
    }
  }
}

/** False: somebody else has ended it. */
export async function finishDrill(
  { sql }: Database,
  id: string,
  { passed, record, facts }: { passed: boolean; record: string; facts: JsonObject },
): Promise<boolean> {
  const [row] = await ask(
    sql<
      { done: boolean }[]
    >`select finish_drill(${id}, ${passed}, ${record}, ${sql.json({ ...facts })}) as done`,
  );
  return row?.done ?? false;
}

export async function saveDrillMessage(
  { sql }: Database,
  id: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<void> {
  await ask(sql`select save_drill_message(${id}, ${channel}, ${ts})`);
}

interface Row {
  id: string;
  number: number;
  system: string;
  principal: string;
  by_id: string;
  by_name: string;
  writes: number;
  state: Drill['state'];
  rollback: string;
  edits: DrillEdit[];
  crashed: string[];
  started_at: Date;
  finished_at: Date | null;
  passed: boolean | null;
  record: string | null;
  channel: string | null;
  ts: string | null;
}

/** The drill whose rollback it is. */
export async function findDrillOf({ sql }: Database, rollback: string): Promise<string | undefined> {
  const [row] = await ask(sql<{ id: string }[]>`select id from drill where rollback::text = ${rollback}`);
  return row?.id;
}

export async function findDrill({ sql }: Database, id: string): Promise<Drill | undefined> {
  const [row] = await ask(sql<Row[]>`select * from drill where id::text = ${id}`);
  return row && toDrill(row);
}

export async function getDrill(database: Database, id: string): Promise<Drill> {
  const drill = await findDrill(database, id);
  if (!drill) throw new Error(`there is no drill ${id}`);
  return drill;
}

function toDrill(row: Row): Drill {
  return {
    id: row.id,
    number: row.number,
    system: row.system,
    by: { principal: row.principal, id: row.by_id, name: row.by_name },
    writes: row.writes,
    state: row.state,
    rollback: row.rollback,
    edits: row.edits,
    crashed: row.crashed,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    passed: row.passed,
    record: row.record,
    place: row.channel !== null && row.ts !== null ? { channel: row.channel, ts: row.ts } : null,
  };
}

export interface DrillProposal {
  readonly id: string;
  /** Which of the drill's writes it is. */
  readonly n: number;
  readonly state: ProposalState;
}

/** A drill's proposals, by their place in it. */
export async function listDrillProposals({ sql }: Database, id: string): Promise<DrillProposal[]> {
  const rows = await ask(sql<DrillProposal[]>`
    select p.id, split_part(p.idempotency_key, '/', 2)::int as n, p.state from drill d
    join proposal p on p.number > d.from_number and p.agent = 'drill' and p.system = d.system || '~sandbox'
      and split_part(p.idempotency_key, '/', 1) = d.id::text
    where d.id = ${id} order by n`);
  return [...rows];
}
