import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { deadlinesOf } from '../domain/deadlines.ts';
import { digestOf, type Envelope, encodeEnvelope, type ToolPin } from '../domain/envelope.ts';
import type { Scope } from '../domain/expression.ts';
import {
  describeInterval,
  type Evaluation,
  evaluateProposal,
  type Reason,
  type Standing,
} from '../domain/impact.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OfferedAction, Organisation, Tier } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import type { Person, StandIn } from '../domain/person.ts';
import type { Proposal, ProposalState } from '../domain/proposal.ts';
import type { BudgetGuard, Change, NewDecision, NewEvent } from '../store/changes.ts';
import { objection, renderRequest, shownOf, whyIncomparable } from './record.ts';

/** What is judged, and what it is judged by. */
export interface Judging {
  readonly offered: OfferedAction;
  readonly organisation: Organisation;
  readonly proposal: Pick<
    Proposal,
    'id' | 'agent' | 'account' | 'input' | 'summary' | 'impact' | 'onBehalfOf' | 'policy' | 'reversible'
  >;
  readonly version: number;
  /** The round that it is in; the judgement opens the next. */
  readonly round: number;
  readonly before: JsonObject | null;
  /** What the write is made with, where that can change by itself. */
  readonly pin: ToolPin | undefined;
  readonly standing: Standing;
  /** By this standing, where it was made already. */
  readonly evaluation?: Evaluation;
  /** The database's time; undefined only where no tier keeps business hours. */
  readonly now: Date | undefined;
}

/**
 * Judges by the record that was read and the sums that stand: blocked, approved by the agent's own tier, or pending. Renders what
 * will be sent, which is from then on neither rendered nor changed again. What the agent decides alone is committed only within
 * its budgets, and a tier that was picked by a sum only while that is still the sum.
 */
export function judge(judging: Judging): Change {
  const { offered, organisation, proposal, before } = judging;
  const scope: Scope = { input: proposal.input, account: proposal.account, before };
  const because = objection(offered.action, scope) ?? whyIncomparable(offered.action, scope);
  if (because !== undefined) return block(proposal.id, judging.version, because, before);
  const evaluation =
    judging.evaluation ?? evaluateProposal(offered, proposal.input, organisation, judging.standing);
  const { tier, tierIndex, why } = evaluation;
  const execution = uuidv7();
  const envelope = encodeEnvelope(envelopeOf(judging, execution, evaluation, scope));
  const digest = digestOf(envelope);
  const alone = tier.decide === 'agent';
  const change: Change = {
    id: proposal.id,
    version: judging.version,
    set: {
      round: judging.round + 1,
      policy: proposal.policy,
      reversible: proposal.reversible,
      before,
      tierIndex,
      decide: tier.decide,
      why,
      state: alone ? 'approved' : 'pending',
      review: null,
    },
    judged: true,
    round: { envelope, execution },
    events: [judgedEvent(judging, evaluation, digest)],
    ...sumGuards(judging, alone),
  };
  if (!alone) {
    const deadlines = deadlinesOf(tier, organisation, judging.now);
    return { ...change, deadlines, outbox: [{ topic: 'card', ref: proposal.id }] };
  }
  const decision = agentDecision(judging, tierIndex, digest);
  const { executeWithinMs, holdMs } = tier;
  return {
    ...change,
    set: { ...change.set, expiresAt: null },
    executeInMs: executeWithinMs + holdMs,
    decision,
    execute: true,
    ...(holdMs > 0 ? { holdMs } : {}),
    events: [...change.events, decidedEvent(decision, 'approved')],
  };
}

function judgedEvent(
  { offered, proposal, before }: Judging,
  { tier, why, reason }: Evaluation,
  digest: string,
): NewEvent {
  const { policy } = proposal;
  return {
    type: 'proposal.judged',
    actor: 'countersign',
    ...personalIn(offered),
    data: {
      tier: why,
      decide: tier.decide,
      reasons: wireReason(reason),
      digest,
      policy,
      before: shownOf(offered.action, before),
    },
  };
}

/** For an event whose data holds records of the action, or parts that are the agent's own `words`. */
export function personalIn(
  { action: { fields } }: OfferedAction,
  words: readonly string[] = [],
): Pick<NewEvent, 'fields' | 'words'> {
  return Object.keys(fields).length > 0 ? { fields, words } : {};
}

function wireReason({ rule, result, because }: Reason): JsonObject {
  return { rule, result, ...(because.length > 0 ? { because: because.map(wireReason) } : {}) };
}

/** What must still hold when the judgement commits, and the names under which it is summed one at a time. */
function sumGuards(
  { offered, proposal, standing }: Judging,
  alone: boolean,
): Pick<Change, 'locks' | 'budgets' | 'sum'> {
  const { budget, cumulative, id } = offered.workflow;
  const budgets: BudgetGuard[] = [];
  if (alone && budget?.perAccount) budgets.push({ per: 'account', ...budget.perAccount });
  if (alone && budget?.perAgent) budgets.push({ per: 'agent', ...budget.perAgent });
  const sum = cumulative && { ...cumulative, prior: standing.prior };
  const whose = { account: proposal.account, agent: proposal.agent };
  const locks = [
    ...new Set([...budgets, ...(sum ? [sum] : [])].map(({ per }) => `sum:${id}:${per}:${whose[per]}`)),
  ];
  return locks.length > 0 ? { locks: locks.sort(), budgets, sum } : {};
}

/** Who votes, with the identities that four eyes are counted by: also of who is away, whose right it is. */
export function voterOf(
  person: Person,
  standsFor: StandIn | null | undefined,
): Pick<NewDecision, 'principal' | 'principalKind' | 'identities' | 'by' | 'for'> {
  return {
    principal: person.principal,
    principalKind: 'person',
    identities: [...person.identities, ...(standsFor?.identities ?? [])],
    by: { id: person.userId, name: person.name },
    for: standsFor ? { id: standsFor.userId, name: standsFor.name, principal: standsFor.principal } : null,
  };
}

/** `state` is the one that it leads to, so that the record can be read without knowing how many had to decide. */
export function decidedEvent(decision: NewDecision, state: ProposalState): NewEvent {
  return {
    type: 'decision.recorded',
    actor: decision.principal,
    data: {
      stage: decision.stage,
      kind: decision.kind,
      by: { id: decision.by.id, name: decision.by.name },
      ...(decision.for ? { for: { id: decision.for.id, name: decision.for.name } } : {}),
      reason: decision.reason,
      digest: decision.digest,
      state,
    },
  };
}

export function tierOf(offered: OfferedAction, index: number): Tier {
  const tier = offered.workflow.tiers[index];
  if (!tier) throw new Error(`workflow ${offered.workflow.id} has no tier ${index + 1}`);
  return tier;
}

export function block(id: string, version: number, because: string, before: JsonObject | null): Change {
  return {
    id,
    version,
    set: { state: 'blocked', blocked: because, before },
    events: [{ type: 'proposal.blocked', actor: 'countersign', data: { because } }],
    outbox: [{ topic: 'card', ref: id }],
  };
}

function agentDecision(
  { offered: { workflow }, organisation, proposal: { policy } }: Judging,
  tierIndex: number,
  digest: string,
): NewDecision {
  return {
    stage: 'approve',
    verdict: 'approved',
    kind: 'approve',
    digest,
    principal: `policy:${policy}`,
    principalKind: 'policy',
    identities: [`policy:${policy}`],
    for: null,
    by: {
      id: `tier:${workflow.id}/${tierIndex + 1}`,
      name: `${workflow.id} ${describeInterval(workflow, tierIndex, organisation.currency)}`,
    },
    reason: null,
  };
}

function envelopeOf(
  { offered, proposal, round, before, pin }: Judging,
  execution: string,
  { tier, tierIndex }: Evaluation,
  scope: Scope,
): Envelope {
  const { action, workflow } = offered;
  const request = renderRequest(action.request, { ...scope, idempotency_key: execution });
  return {
    proposal: proposal.id,
    round: round + 1,
    execution,
    agent: proposal.agent,
    onBehalfOf: proposal.onBehalfOf,
    action: offered.name,
    account: proposal.account,
    input: proposal.input,
    summary: proposal.summary,
    impact: proposal.impact && { amount: amountOf(proposal.impact), currency: proposal.impact.currency },
    tier: { workflow: workflow.id, index: tierIndex, decide: tier.decide },
    policy: proposal.policy,
    reversible: proposal.reversible,
    shown: shownOf(action, before),
    request: pin ? { ...request, pin } : request,
    executeWithinMs: tier.executeWithinMs,
    ...(Object.keys(action.fields).length > 0 ? { salt: randomBytes(16).toString('base64') } : {}),
  };
}
