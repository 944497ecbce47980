import type { Sql } from 'postgres';

/** Each step is one prepared statement over arrays, and one commit for a batch. */
export interface NewProposal {
  readonly id: string;
  readonly agent: string;
  readonly idem: string;
  readonly account: string;
  readonly amount: number;
  readonly body: string;
}

const column = <T, Key extends keyof T>(rows: readonly T[], key: Key): T[Key][] =>
  rows.map((row) => row[key]);

export async function insertProposals(sql: Sql, rows: readonly NewProposal[]): Promise<undefined[]> {
  await sql`
    with v as (select * from unnest(${column(rows, 'id')}::uuid[], ${column(rows, 'agent')}::text[], ${column(rows, 'idem')}::text[],
        ${column(rows, 'account')}::text[], ${column(rows, 'amount')}::bigint[], ${column(rows, 'body')}::text[])
        as v (id, agent, idem, account, amount, body)),
      p as (insert into proposal (id, agent, idem, account, amount, body)
        select id, agent, idem, account, amount, body::jsonb from v on conflict do nothing returning id, account, body),
      a as (insert into audit (proposal, account, type, data) select id, account, 'proposed', body from p)
    select count(*) from p`;
  return rows.map(() => undefined);
}

/** The same for one, as who batches nothing writes it: a lone caller's yardstick. */
export async function insertProposal(sql: Sql, row: NewProposal): Promise<undefined> {
  await sql`
    with p as (insert into proposal (id, agent, idem, account, amount, body)
        values (${row.id}, ${row.agent}, ${row.idem}, ${row.account}, ${row.amount}, ${row.body}::text::jsonb) on conflict do nothing
        returning id, account, body),
      a as (insert into audit (proposal, account, type, data) select id, account, 'proposed', body from p)
    select count(*) from p`;
}

export interface Decision {
  readonly id: string;
  readonly by: string;
}

/** What is decided is claimed in the same commit: null where somebody was faster. */
export async function decideAndClaim(sql: Sql, rows: readonly Decision[]): Promise<(string | null)[]> {
  const claimed = await sql<{ id: string; body: string }[]>`
    with v as (select * from unnest(${column(rows, 'id')}::uuid[], ${column(rows, 'by')}::text[]) as v (id, by)),
      p as (update proposal set state = 'executing', decided_by = v.by, lease_until = clock_timestamp() + interval '1 minute'
        from v where proposal.id = v.id and state = 'open' returning proposal.id, account, v.by, proposal.body),
      a as (insert into audit (proposal, account, type, data) select id, account, 'approved', jsonb_build_object('by', by) from p)
    select id, body::text as body from p`;
  const bodies = new Map(claimed.map(({ id, body }) => [id, body]));
  return rows.map(({ id }) => bodies.get(id) ?? null);
}

export interface Completion {
  readonly id: string;
  readonly result: string;
}

export async function complete(sql: Sql, rows: readonly Completion[]): Promise<undefined[]> {
  await sql`
    with v as (select * from unnest(${column(rows, 'id')}::uuid[], ${column(rows, 'result')}::text[]) as v (id, result)),
      p as (update proposal set state = 'done', result = v.result::jsonb, lease_until = null
        from v where proposal.id = v.id and state = 'executing' returning proposal.id, account, proposal.result)
    insert into audit (proposal, account, type, data) select id, account, 'executed', result from p`;
  return rows.map(() => undefined);
}
