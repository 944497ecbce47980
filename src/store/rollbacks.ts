import { liveNameOf } from '../domain/drill-names.ts';
import { isObject, type Json, type JsonObject } from '../domain/json.ts';
import type {
  ItemState,
  Rollback,
  RollbackClass,
  RollbackItem,
  RollbackPlan,
  RollbackScope,
} from '../domain/rollback.ts';
import type { SwitchedBy } from '../domain/switches.ts';
import { readDifference } from '../domain/undo.ts';
import { ask, type Database } from './database.ts';

/** Keeps a plan, and answers with its number. Nothing is undone by that. */
export async function keepPlan(
  { sql }: Database,
  plan: RollbackPlan,
  digest: string,
  by: SwitchedBy,
): Promise<number> {
  const wire: Json = {
    id: plan.id,
    kind: plan.scope.kind,
    subject: plan.scope.subject,
    since: plan.since?.toISOString() ?? null,
    switch: plan.switch,
    digest,
    by: { ...by },
    items: plan.items.map((item) => JSON.parse(JSON.stringify(item))),
  };
  const [row] = await ask(sql<{ number: number }[]>`select plan_rollback(${sql.json(wire)}) as number`);
  return row?.number ?? 0;
}

export type Confirming = 'confirmed' | 'over' | 'changed' | 'same_person';

const LOCK_TIMEOUT = '55P03';

/** Confirms exactly this plan and switches off what it is about, in one commit; waits for writes that are beginning. */
export async function confirmPlan(
  { sql }: Database,
  id: string,
  digest: string,
  by: SwitchedBy,
  afterMs: number,
): Promise<Confirming> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [row] = await ask(sql<{ answer: Confirming }[]>`
        select confirm_rollback(${id}, ${digest}, ${sql.json({ ...by })}, ${afterMs}) as answer`);
      return row?.answer ?? 'over';
    } catch (error) {
      if (!(isObject(error) && error.code === LOCK_TIMEOUT) || attempt === 20) throw error;
    }
  }
}

/** Queues, stops or ends a confirmed rollback, whichever is due; nothing else. Its state then. */
export async function advance({ sql }: Database, id: string): Promise<Rollback['state'] | undefined> {
  const [row] = await ask(
    sql<{ state: Rollback['state'] | null }[]>`select advance_rollback(${id}) as state`,
  );
  return row?.state ?? undefined;
}

export async function saveRollbackMessage(
  { sql }: Database,
  id: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<void> {
  await ask(sql`select save_rollback_message(${id}, ${channel}, ${ts})`);
}

/** The most that one plan holds. */
export const PLAN_LIMIT = 5_000;

/** Proposals that were written in that time, or may have been, the newest write first; of a sandbox only where that is the scope. One more than {@link PLAN_LIMIT} at most. */
export async function listWritten(
  { sql }: Database,
  { kind, subject }: RollbackScope,
  since: Date | null,
): Promise<string[]> {
  const rows = await ask(sql<{ id: string }[]>`
    select p.id from proposal p join execution e on e.proposal_id = p.id and e.round = p.round and e.kind = 'forward'
    where p.state in ('executed', 'unknown', 'executing', 'awaiting_manual') and e.started_at is not null
      and (p.agent <> 'drill' or ${kind === 'system' && liveNameOf(subject) !== undefined})
      ${since ? sql`and coalesce(e.finished_at, clock_timestamp()) >= ${since}` : sql``}
      ${kind === 'agent' ? sql`and p.agent = ${subject}` : sql``}
      ${kind === 'system' ? sql`and p.system = ${subject}` : sql``}
      ${kind === 'workflow' ? sql`and p.workflow = ${subject}` : sql``}
      ${kind === 'account' ? sql`and p.account = ${subject}` : sql``}
      ${kind === 'proposal' ? sql`and p.number = ${Number(subject)}` : sql``}
    order by e.started_at desc, e.id desc limit ${PLAN_LIMIT + 1}`);
  return rows.map((row) => row.id);
}

interface Row {
  id: string;
  number: number;
  kind: RollbackScope['kind'];
  subject: string;
  since: Date | null;
  switch: string | null;
  digest: string;
  state: Rollback['state'];
  asked_principal: string;
  asked_id: string;
  asked_name: string;
  asked_at: Date;
  principal: string | null;
  by_id: string | null;
  by_name: string | null;
  finished_at: Date | null;
  channel: string | null;
  ts: string | null;
  paused: boolean;
}

interface ItemRow {
  proposal_id: string;
  number: string;
  agent: string;
  system: string;
  account: string;
  action: string;
  summary: string;
  amount: string | null;
  currency: string;
  decide: string;
  class: RollbackClass;
  why: string | null;
  diff: JsonObject | null;
  state: ItemState;
}

export async function findRollback({ sql }: Database, id: string): Promise<Rollback | undefined> {
  const [row] = await ask(sql<Row[]>`
    select r.*, c.principal, c.by_id, c.by_name, b.off ? 'rollback' as paused from rollback r
    join switchboard b on b.id = 1 left join rollback_confirmation c on c.rollback = r.id where r.id::text = ${id}`);
  if (!row) return undefined;
  const items = await ask(sql<ItemRow[]>`
    select i.proposal_id, p.number, p.agent, p.system, p.account, p.action, p.summary, p.amount, p.currency, p.decide,
      i.class, i.why, i.diff, i.state
    from rollback_item i join proposal p on p.id = i.proposal_id where i.rollback = ${row.id} order by i.compensation`);
  return toRollback(row, items.map(toItem));
}

function toRollback(row: Row, items: RollbackItem[]): Rollback {
  const { principal, by_id, by_name, channel, ts } = row;
  return {
    id: row.id,
    number: row.number,
    scope: { kind: row.kind, subject: row.subject },
    since: row.since,
    switch: row.switch,
    digest: row.digest,
    state: row.state,
    askedBy: { principal: row.asked_principal, id: row.asked_id, name: row.asked_name },
    askedAt: row.asked_at,
    confirmedBy: principal === null ? null : { principal, id: by_id ?? '', name: by_name ?? '' },
    finishedAt: row.finished_at,
    items,
    place: channel !== null && ts !== null ? { channel, ts } : null,
    paused: row.paused,
  };
}

function toItem(row: ItemRow): RollbackItem {
  return {
    proposal: row.proposal_id,
    number: Number(row.number),
    agent: row.agent,
    system: row.system,
    account: row.account,
    action: row.action,
    summary: row.summary,
    impact: row.amount === null ? null : { minor: BigInt(row.amount), currency: row.currency },
    byHuman: row.decide !== 'agent',
    class: row.class,
    why: row.why,
    diff: readDifference(row.diff),
    state: row.state,
  };
}
