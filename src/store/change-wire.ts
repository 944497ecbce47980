import type { Deadlines, Moment } from '../domain/deadlines.ts';
import { canonicalText, type Json, type JsonObject } from '../domain/json.ts';
import type { Who } from '../domain/manifest.ts';
import { commitPersonal, type Keyed } from '../domain/personal-fields.ts';
import type {
  Change,
  ExecutionOutcome,
  NewDecision,
  NewEvent,
  NewProposal,
  NewQuestion,
  OutboxRow,
} from './changes.ts';

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function wireOutbox(rows: readonly OutboxRow[]): Json {
  return rows.map((row) => ({
    topic: row.topic,
    ref: row.ref,
    ...(row.afterMs ? { after_ms: row.afterMs } : {}),
  }));
}

function wireDecision(decision: NewDecision): JsonObject {
  return {
    stage: decision.stage,
    verdict: decision.verdict,
    kind: decision.kind,
    digest: decision.digest.replace('sha256:', ''),
    principal: decision.principal,
    principal_kind: decision.principalKind,
    identities: [...decision.identities],
    by_id: decision.by.id,
    by_name: decision.by.name,
    ...(decision.for ? { for: { ...decision.for } } : {}),
    reason: decision.reason,
  };
}

function wireQuestion({ id, text, principal, by }: NewQuestion): JsonObject {
  return { id, text, principal, by_id: by.id, by_name: by.name };
}

function wireOutcome({
  id,
  fence,
  state,
  result,
  error,
  before,
  after,
  retryMs,
}: ExecutionOutcome): JsonObject {
  return {
    id,
    fence,
    state,
    error: error ?? null,
    ...(result ? { result } : {}),
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    ...(retryMs ? { retry_ms: Math.ceil(retryMs) } : {}),
  };
}

function wireSet({
  state,
  round,
  policy,
  reversible,
  before,
  blocked,
  tierIndex,
  decide,
  why,
  expiresAt,
  review,
  supersededBy,
}: Change['set']): JsonObject {
  const given: [string, Json | undefined][] = [
    ['state', state],
    ['round', round],
    ['policy', policy],
    ['reversible', reversible],
    ['before', before],
    ['blocked', blocked],
    ['tier', tierIndex],
    ['decide', decide],
    ['why', why],
    ['expires_at', expiresAt],
    ['review_state', review],
    ['superseded_by', supersededBy],
  ];
  return present(given);
}

/** Only what is given: what is left out stays as it is. */
function present(given: readonly [string, Json | undefined][]): JsonObject {
  return Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function wireGuards({ locks, budgets, sum }: Change): JsonObject {
  return present([
    ['locks', locks && [...locks]],
    [
      'budgets',
      budgets?.map(({ per, minor, withinMs }) => ({ per, minor: minor.toString(), within_ms: withinMs })),
    ],
    ['sum', sum && { per: sum.per, within_ms: sum.withinMs, prior: sum.prior.toString() }],
  ]);
}

function wireDeadlines(deadlines: Deadlines | undefined): [string, Json | undefined][] {
  if (!deadlines) return [];
  const { due, expires, steps } = deadlines;
  return [
    ['due', due && wireMoment(due)],
    ['expires', wireMoment(expires)],
    [
      'steps',
      steps.map(({ due, step: { remind, add, page } }, n) => {
        return { n, due: wireMoment(due), what: { remind, add: add.map(wireWho), page } };
      }),
    ],
  ];
}

function wireMoment(moment: Moment): JsonObject {
  return 'at' in moment ? { at: moment.at.toISOString() } : { in_ms: moment.inMs };
}

function wireWho(who: Who): JsonObject {
  return { ...who };
}

function wireRound(
  { envelope, execution }: NonNullable<Change['round']>,
  because: string | undefined,
): JsonObject {
  return { envelope: base64(envelope), execution, because: because ?? null };
}

/** A change as `apply_changes` reads it. */
export function wireChange(change: Change, keyed: Keyed): JsonObject {
  const { round, decision, question, answer, outcome, undo } = change;
  const timing: [string, Json | undefined][] = [
    ['unexpired', change.unexpired],
    ['unlapsed', change.unlapsed],
    ['judged', change.judged],
    ...wireDeadlines(change.deadlines),
    ['execute_in_ms', change.executeInMs],
    ['review_in_ms', change.reviewInMs],
    ['execute', change.execute],
    ['reviewed', change.reviewed],
    ['hold_ms', change.holdMs],
    ['cancel', change.cancel],
    ['distrust', change.distrust],
    ['round', round && wireRound(round, change.because)],
    ['decision', decision && wireDecision(decision)],
    ['question', question && wireQuestion(question)],
    ['answer', answer && { id: answer.id, text: answer.text }],
    ['outcome', outcome && wireOutcome(outcome)],
    ['undo', undo && { state: undo.state, why: undo.why, diff: undo.diff ? { ...undo.diff } : null }],
  ];
  return {
    id: change.id,
    version: change.version,
    set: wireSet(change.set),
    events: wireEvents(change.events, keyed),
    outbox: wireOutbox(change.outbox ?? []),
    ...present(timing),
    ...wireGuards(change),
  };
}

function wireEvents(events: readonly NewEvent[], keyed: Keyed): Json {
  return events.map(({ type, actor, data = {}, fields, words }) => {
    if (!fields) return { type, actor, data };
    const committed = commitPersonal(fields, data, keyed, words);
    return {
      type,
      actor,
      data: committed.data,
      kept: committed.kept.map(({ path, salt, value }) => ({ path, salt, value: canonicalText(value) })),
    };
  });
}

/** A proposal as `receive_proposals` reads it. */
export function wireProposal(p: NewProposal, keyed: Keyed): JsonObject {
  return {
    proposal: {
      id: p.id,
      agent: p.agent,
      idempotency_key: p.idempotencyKey,
      action: p.action,
      system: p.system,
      workflow: p.workflow,
      account: p.account,
      summary: p.summary,
      input: p.input,
      reason: p.reason,
      evidence: p.evidence.map((each) => ({ title: each.title, url: each.url })),
      metadata: { ...p.metadata },
      traceparent: p.traceparent,
      on_behalf_of: p.onBehalfOf,
      claimed_impact: p.claimedImpact,
      amount: p.impact ? p.impact.minor.toString() : null,
      currency: p.currency,
      tier: p.tierIndex,
      decide: p.decide,
      why: p.why,
      policy: p.policy,
      reversible: p.reversible,
      requesters: [...p.requesters],
      callback: p.callback,
      ...(p.supersedes ? { supersedes: p.supersedes.id } : {}),
    },
    body: base64(p.body),
    expires_ms: p.expiresMs,
    max_pending: p.maxPending ?? null,
    events: wireEvents(p.events, keyed),
    outbox: wireOutbox(p.outbox),
    ...([...p.events, ...(p.judged?.events ?? [])].some(({ fields }) => fields) ? { kept: true } : {}),
    ...(p.judged ? { judged: wireChange(p.judged, keyed) } : {}),
    ...(p.supersedes ? { supersedes: wireChange(p.supersedes, keyed) } : {}),
  };
}
