import type { Database } from './database.ts';

/** What the tables say happened and the audit does not tell, or tells with a gap. At most 50 of a kind. */
export interface Discrepancy {
  readonly kind: 'gap' | 'events' | 'decision' | 'execution' | 'digest' | 'value';
  readonly stream: string;
  readonly detail: string;
}

const MOST = 50;

/** Each of these is one statement, and so one view of the database. */
export async function listDiscrepancies(database: Database): Promise<Discrepancy[]> {
  const found = [];
  for (const list of [listGaps, listLostEvents, listUnrecorded, listOtherDigests, listOtherValues])
    found.push(...(await list(database)));
  return found;
}

/** Streams that do not count 1, 2, 3, …; of those that reach into retired months only the end can be asked for. */
async function listGaps({ sql }: Database): Promise<Discrepancy[]> {
  const rows = await sql<{ stream: string; missing: number | null; doubled: number | null }[]>`
    with broken as (
      select stream, min(seq) as lo, max(seq) as hi from audit_event group by stream
      having count(*) <> max(seq) - min(seq) + 1 or count(distinct seq) <> count(*)
        or (min(seq) > 1 and not exists (select 1 from retirement)) limit ${MOST})
    select stream,
      (select min(n) from generate_series(case when exists (select 1 from retirement) then lo else 1 end, hi) n
        where not exists (select 1 from audit_event a where a.stream = b.stream and a.seq = n)) as missing,
      (select min(seq) from (select seq from audit_event a where a.stream = b.stream group by seq having count(*) > 1) d) as doubled
    from broken b order by stream`;
  return rows.map(({ stream, missing, doubled }) => ({
    kind: 'gap',
    stream,
    detail: doubled === null ? `event ${missing} is missing` : `there is more than one event ${doubled}`,
  }));
}

/** Proposals and other streams that count more or fewer events than there are, and streams of nothing. */
async function listLostEvents({ sql }: Database): Promise<Discrepancy[]> {
  const rows = await sql<{ stream: string; counted: number | null; found: number | null }[]>`
    with told as (select stream, max(seq) as last from audit_event group by stream),
      counted as (
        select id::text as stream, events, created_at as at from proposal union all select name, events, null from stream)
    select coalesce(c.stream, t.stream) as stream, c.events as counted, t.last as found
    from counted c full join told t on t.stream = c.stream
    where c.events is distinct from t.last
      and not (t.last is null and coalesce(c.at, '-infinity') < coalesce((select max(until) from retirement), '-infinity'))
    limit ${MOST}`;
  return rows.map(({ stream, counted, found }) => ({
    kind: 'events',
    stream,
    detail:
      counted === null
        ? 'nothing is known of which these events could be'
        : `${counted} events were recorded, and the last there is is ${found ?? 'none'}`,
  }));
}

/** Decisions and started writes of months that were not retired, without their event. */
async function listUnrecorded({ sql }: Database): Promise<Discrepancy[]> {
  const rows = await sql<{ kind: 'decision' | 'execution'; stream: string; detail: string }[]>`
    with since as (select coalesce(max(until), '-infinity') as at from retirement)
    (select 'decision' as kind, d.proposal_id::text as stream, d.kind || ' by ' || d.principal as detail
    from (select proposal_id, stage, kind, digest, principal, min(at) as at from (
        select proposal_id, stage, kind, digest, principal, at from vote
        union all select proposal_id, stage, kind, digest, principal, at from decision) v
      group by proposal_id, stage, kind, digest, principal) d
    where d.at >= (select at from since) and not exists (
      select 1 from audit_event a where a.stream = d.proposal_id::text and a.type = 'decision.recorded'
        and a.actor = d.principal and a.data ->> 'stage' = d.stage and a.data ->> 'kind' = d.kind
        and right(a.data ->> 'digest', 64) = encode(d.digest, 'hex'))
    limit ${MOST})
    union all
    (select 'execution', e.proposal_id::text, 'write ' || e.id || ' (' || e.state || ')'
    from execution e where e.started_at >= (select at from since) and not exists (
      select 1 from audit_event a where a.stream = e.proposal_id::text and a.type = 'execution.started'
        and a.data ->> 'execution' = e.id::text)
    limit ${MOST})`;
  return [...rows];
}

/** What was shown is what its digest says: the bytes are hashed anew. Where they are erased, an event says so. */
async function listOtherDigests({ sql }: Database): Promise<Discrepancy[]> {
  const rows = await sql<{ stream: string; round: number }[]>`
    select proposal_id::text as stream, round from round where digest <> sha256(envelope)
      and not (envelope = '' and exists (select 1 from audit_event a where a.stream = proposal_id::text and a.type = 'proposal.erased'))
    limit ${MOST}`;
  return rows.map(({ stream, round }) => ({
    kind: 'digest',
    stream,
    detail: `what was shown in round ${round} is not what its digest says`,
  }));
}

/** Personal values are what their events commit to, and none is gone that was not erased. */
async function listOtherValues({ sql }: Database): Promise<Discrepancy[]> {
  const rows = await sql<{ stream: string; seq: number; path: string; is_gone: boolean }[]>`
    with committed as (
      select a.stream, a.seq, c.key as path, c.value as hash from audit_event a cross join jsonb_each_text(a.data -> 'erasable') c
      where a.data ? 'erasable' and jsonb_typeof(a.data -> 'erasable') = 'object')
    select coalesce(c.stream, v.stream) as stream, coalesce(c.seq, v.seq) as seq, coalesce(c.path, v.path) as path, v.path is null as is_gone
    from committed c full join audit_value v using (stream, seq, path)
    where case
      when v.path is null then not exists (select 1 from audit_event a where a.stream = c.stream and a.type = 'proposal.erased')
      when c.path is null then not exists (select 1 from retirement)
      else c.hash <> encode(sha256(v.salt || convert_to(v.value, 'UTF8')), 'base64') end
    limit ${MOST}`;
  return rows.map(({ stream, seq, path, is_gone }) => ({
    kind: 'value',
    stream,
    detail: is_gone
      ? `the value of ${path} in event ${seq} is gone, and no event says that it was erased`
      : `the value of ${path} in event ${seq} is not what the event commits to`,
  }));
}
