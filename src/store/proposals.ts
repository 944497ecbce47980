import type { JsonObject } from '../domain/json.ts';
import type { Who } from '../domain/manifest.ts';
import type { Decision, Execution, Proposal, ProposalState, Question, Undoing } from '../domain/proposal.ts';
import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

interface Row {
  id: string;
  number: string;
  version: number;
  round: number;
  state: Proposal['state'];
  agent: string;
  action: string;
  system: string;
  workflow: string;
  account: string;
  summary: string;
  input: JsonObject;
  reason: string;
  evidence: Proposal['evidence'];
  on_behalf_of: string | null;
  metadata: Record<string, string>;
  claimed_impact: string | null;
  amount: string | null;
  currency: string;
  tier: number;
  decide: Proposal['decide'];
  why: string;
  policy: string;
  reversible: boolean;
  requesters: string[];
  before: JsonObject | null;
  blocked: string | null;
  digest: string | null;
  asked_again: string | null;
  created_at: Date;
  judged_at: Date | null;
  due_at: Date | null;
  added: { who: Who; late: boolean }[];
  expires_at: Date | null;
  execute_by: Date | null;
  review_state: NonNullable<Proposal['review']>['state'] | null;
  review_due_at: Date | null;
  decisions: DecisionRow[] | null;
  questions: QuestionRow[] | null;
  execution: ExecutionRow | null;
  undoing: Undoing | null;
  superseded_by_it: Proposal['supersededBy'];
  supersedes_it: Proposal['supersedes'];
  handovers: { to_id: string; to_name: string; by_name: string }[] | null;
  off: string | null;
  read_at: Date;
  erased_at: Date | null;
}

interface DecisionRow {
  round: number;
  stage: Decision['stage'];
  kind: Decision['kind'];
  by_id: string;
  by_name: string;
  at: string;
  reason: string | null;
  digest: string;
  principal: string;
  identities: string[];
  for_principal: string | null;
  for_id: string | null;
  for_name: string | null;
}

interface QuestionRow {
  id: string;
  text: string;
  by_id: string;
  by_name: string;
  asked_at: string;
  answer: string | null;
  answered_at: string | null;
}

interface ExecutionRow {
  id: string;
  round: number;
  state: Execution['state'];
  attempts: number;
  next_attempt_at: string;
  started_at: string | null;
  finished_at: string | null;
  result: JsonObject | null;
  error: string | null;
  before: JsonObject | null;
  after: JsonObject | null;
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function toDecision(row: DecisionRow): Decision {
  return {
    round: row.round,
    stage: row.stage,
    kind: row.kind,
    by: { id: row.by_id, name: row.by_name },
    principal: row.principal,
    identities: row.identities,
    for:
      row.for_principal === null
        ? null
        : { id: row.for_id ?? '', name: row.for_name ?? '', principal: row.for_principal },
    at: new Date(row.at),
    reason: row.reason,
    digest: `sha256:${row.digest}`,
  };
}

function toQuestion(row: QuestionRow): Question {
  const answeredAt = toDate(row.answered_at);
  return {
    id: row.id,
    text: row.text,
    by: { id: row.by_id, name: row.by_name },
    askedAt: new Date(row.asked_at),
    answer: row.answer !== null && answeredAt ? { text: row.answer, at: answeredAt } : null,
  };
}

function toExecution(row: ExecutionRow): Execution {
  return {
    id: row.id,
    round: row.round,
    state: row.state,
    attempts: row.attempts,
    dueAt: new Date(row.next_attempt_at),
    startedAt: toDate(row.started_at),
    finishedAt: toDate(row.finished_at),
    result: row.result,
    error: row.error,
    before: row.before,
    after: row.after,
  };
}

function toProposal(row: Row): Proposal {
  return {
    id: row.id,
    number: Number(row.number),
    version: row.version,
    round: row.round,
    state: row.state,
    agent: row.agent,
    action: row.action,
    system: row.system,
    workflow: row.workflow,
    account: row.account,
    summary: row.summary,
    input: row.input,
    reason: row.reason,
    evidence: row.evidence,
    onBehalfOf: row.on_behalf_of,
    metadata: row.metadata,
    claimedImpact: row.claimed_impact,
    impact: row.amount === null ? null : { minor: BigInt(row.amount), currency: row.currency },
    tierIndex: row.tier,
    decide: row.decide,
    why: row.why,
    policy: row.policy,
    reversible: row.reversible,
    requesters: row.requesters,
    before: row.before,
    blocked: row.blocked,
    digest: row.digest && `sha256:${row.digest}`,
    askedAgain: row.asked_again,
    decisions: (row.decisions ?? []).map(toDecision),
    questions: (row.questions ?? []).map(toQuestion),
    execution: row.execution ? toExecution(row.execution) : null,
    undoing: row.undoing,
    createdAt: row.created_at,
    judgedAt: row.judged_at,
    dueAt: row.due_at,
    added: row.added,
    expiresAt: row.expires_at,
    executeBy: row.execute_by,
    review: row.review_state && { state: row.review_state, dueAt: row.review_due_at },
    supersededBy: row.superseded_by_it,
    supersedes: row.supersedes_it,
    handovers: (row.handovers ?? []).map((each) => ({
      toId: each.to_id,
      toName: each.to_name,
      byName: each.by_name,
    })),
    paused: row.off,
    erasedAt: row.erased_at,
    readAt: row.read_at,
  };
}

export interface ProposalFilter {
  readonly id?: string;
  readonly number?: number;
  readonly ids?: readonly string[];
  /** Narrows any other filter to one agent's own. */
  readonly agent?: string;
  readonly limit?: number;
  readonly states?: readonly ProposalState[] | undefined;
  readonly account?: string | undefined;
  /** Proposed then or later. */
  readonly since?: Date | undefined;
  /** The newest first, of those with a lower number. */
  readonly newest?: { readonly before: number | undefined; readonly limit: number };
}

const LIST_LIMIT = 100;
const AT_ONCE = 200;

/** Proposals with their decisions and the execution of their present round, as one snapshot; soonest to expire first, if not said otherwise. */
export async function listProposals({ sql }: Database, filter: ProposalFilter): Promise<Proposal[]> {
  const rows = await ask(sql<Row[]>`
    select p.*, encode(r.digest, 'hex') as digest, r.because as asked_again, clock_timestamp() as read_at,
      switched_off(b.off, p.agent, p.system, p.workflow) as off,
      (select json_build_object('id', o.id, 'number', o.number) from proposal o where o.id = p.superseded_by) as superseded_by_it,
      (select json_build_object('id', o.id, 'number', o.number) from proposal o where o.id = p.supersedes) as supersedes_it,
      (select json_agg(json_build_object('to_id', h.to_id, 'to_name', h.to_name, 'by_name', h.by_name) order by h.at)
       from handover h where h.proposal_id = p.id) as handovers,
      (select json_agg(json_build_object('round', d.round, 'stage', d.stage, 'kind', d.kind, 'by_id', d.by_id, 'by_name', d.by_name,
         'at', d.at, 'reason', d.reason, 'digest', encode(d.digest, 'hex'), 'principal', d.principal,
         'identities', d.identities, 'for_principal', d.for_principal, 'for_id', d.for_id, 'for_name', d.for_name) order by d.at)
       from vote d where d.proposal_id = p.id) as decisions,
      (select json_agg(json_build_object('id', q.id, 'text', q.text, 'by_id', q.by_id, 'by_name', q.by_name, 'asked_at', q.asked_at,
         'answer', q.answer, 'answered_at', q.answered_at) order by q.asked_at)
       from question q where q.proposal_id = p.id) as questions,
      (select json_build_object('id', e.id, 'round', e.round, 'state', e.state, 'attempts', e.attempts,
         'next_attempt_at', e.next_attempt_at, 'started_at', e.started_at,
         'finished_at', e.finished_at, 'result', e.result, 'error', e.error, 'before', e.before, 'after', e.after)
       from execution e where e.proposal_id = p.id and e.round = p.round and e.kind = 'forward') as execution,
      (select json_build_object('id', u.id, 'state', u.state, 'request', i.request, 'error', u.error)
       from execution e join execution u on u.compensates = e.id and u.kind = 'compensate' and u.state not in ('canceled', 'failed')
       join rollback_item i on i.compensation = u.id
       where p.state in ('executed', 'rolled_back') and e.proposal_id = p.id and e.round = p.round and e.kind = 'forward') as undoing
    from proposal p join switchboard b on b.id = 1
    left join round r on r.proposal_id = p.id and r.round = p.round
    where true
      ${filter.id ? sql`and p.id = ${filter.id}` : sql``}
      ${filter.number ? sql`and p.number = ${filter.number}` : sql``}
      ${filter.ids ? sql`and p.id = any (${[...filter.ids]}::uuid[])` : sql``}
      ${filter.agent ? sql`and p.agent = ${filter.agent}` : sql``}
      ${filter.states ? sql`and p.state = any (${[...filter.states]})` : sql``}
      ${filter.account === undefined ? sql`` : sql`and p.account = ${filter.account}`}
      ${filter.since ? sql`and p.created_at >= ${filter.since}` : sql``}
      ${filter.newest?.before === undefined ? sql`` : sql`and p.number < ${filter.newest.before}`}
    order by ${filter.newest ? sql`p.number desc` : sql`p.expires_at`} limit ${filter.newest?.limit ?? filter.ids?.length ?? filter.limit ?? LIST_LIMIT}`);
  return rows.map(toProposal);
}

/** In the order of the ids, {@link AT_ONCE} a statement; what is not there is left out. */
export async function listByIds(database: Database, ids: readonly string[]): Promise<Proposal[]> {
  const found = new Map<string, Proposal>();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await listProposals(database, { ids: ids.slice(at, at + AT_ONCE) });
    for (const proposal of some) found.set(proposal.id, proposal);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Concurrent reads of single proposals share a statement; each sees what was committed before it was asked for. */
const readerOf = perDatabase((database) =>
  createBatcher<string, Proposal | undefined>(
    async (ids) => {
      const found = await listProposals(database, { ids: [...new Set(ids)] });
      const byId = new Map(found.map((proposal) => [proposal.id, proposal]));
      return ids.map((id) => byId.get(id));
    },
    { lanes: 2, most: 64, retryAlone },
  ),
);

export async function findProposal(
  database: Database,
  filter: ProposalFilter,
): Promise<Proposal | undefined> {
  const { id, agent, ...more } = filter;
  if (id !== undefined && Object.keys(more).length === 0) {
    const proposal = await readerOf(database)(id);
    return agent === undefined || proposal?.agent === agent ? proposal : undefined;
  }
  const [only] = await listProposals(database, filter);
  return only;
}

export async function getProposal(database: Database, id: string): Promise<Proposal> {
  const proposal = await findProposal(database, { id });
  if (!proposal) throw new Error(`there is no proposal ${id}`);
  return proposal;
}
