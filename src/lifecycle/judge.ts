import { uuidv7 } from 'uuidv7';
import { digestOf, type Envelope, encodeEnvelope } from '../domain/envelope.ts';
import type { Scope } from '../domain/expression.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OfferedAction, Tier } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Change, NewDecision, NewEvent } from '../store/changes.ts';
import { objection, renderRequest, shownOf } from './record.ts';

/** What is judged, and what it is judged by. */
export interface Judging {
  readonly offered: OfferedAction;
  readonly proposal: Pick<
    Proposal,
    | 'id'
    | 'agent'
    | 'account'
    | 'input'
    | 'summary'
    | 'impact'
    | 'tierIndex'
    | 'decide'
    | 'onBehalfOf'
    | 'policy'
    | 'reversible'
    | 'why'
  >;
  readonly version: number;
  /** The round that it is in; the judgement opens the next. */
  readonly round: number;
  readonly before: JsonObject | null;
}

/**
 * Judges by the record that was read: blocked, approved by the agent's own tier, or pending. Renders what will be sent, which is
 * from then on neither rendered nor changed again.
 */
export function judge(judging: Judging): Change {
  const { offered, proposal, before } = judging;
  const scope: Scope = { input: proposal.input, account: proposal.account, before };
  const because = objection(offered.action, scope);
  if (because !== undefined) return block(proposal.id, judging.version, because, before);
  const tier = tierOf(offered, proposal.tierIndex);
  const execution = uuidv7();
  const envelope = encodeEnvelope(envelopeOf(judging, execution, tier, scope));
  const digest = digestOf(envelope);
  const common = { round: judging.round + 1, before };
  const judged: NewEvent = {
    type: 'proposal.judged',
    actor: 'countersign',
    data: {
      tier: proposal.why,
      decide: tier.decide,
      digest,
      policy: proposal.policy,
      before: shownOf(offered.action, before),
    },
  };
  if (tier.decide === 'agent') {
    const decision = agentDecision(offered, proposal.tierIndex, proposal.policy, digest, tier);
    return {
      id: proposal.id,
      version: judging.version,
      set: { ...common, state: 'approved' },
      judged: true,
      executeInMs: tier.executeWithinMs,
      round: { envelope, execution },
      decision,
      execute: true,
      events: [judged, decidedEvent(decision)],
    };
  }
  return {
    id: proposal.id,
    version: judging.version,
    set: { ...common, state: 'pending' },
    judged: true,
    expiresInMs: tier.expiresMs,
    round: { envelope, execution },
    events: [judged],
    outbox: [{ topic: 'card', ref: proposal.id }],
  };
}

export function decidedEvent(decision: NewDecision): NewEvent {
  return {
    type: 'decision.recorded',
    actor: decision.principal,
    data: {
      stage: decision.stage,
      kind: decision.kind,
      by: { id: decision.by.id, name: decision.by.name },
      reason: decision.reason,
      digest: decision.digest,
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
  offered: OfferedAction,
  tierIndex: number,
  policy: string,
  digest: string,
  tier: Tier,
): NewDecision {
  return {
    stage: 'approve',
    verdict: 'approved',
    kind: 'approve',
    digest,
    principal: `policy:${policy}`,
    principalKind: 'policy',
    identities: [`policy:${policy}`],
    by: {
      id: `tier:${offered.workflow.id}/${tierIndex + 1}`,
      name: `${offered.workflow.title}, decided by the agent alone`,
    },
    reason: null,
    goodForMs: tier.executeWithinMs,
  };
}

function envelopeOf(
  { offered, proposal, round, before }: Judging,
  execution: string,
  tier: Tier,
  scope: Scope,
): Envelope {
  const { action, workflow } = offered;
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
    tier: { workflow: workflow.id, index: proposal.tierIndex, decide: tier.decide },
    policy: proposal.policy,
    reversible: proposal.reversible,
    shown: shownOf(action, before),
    request: renderRequest(action.request, { ...scope, idempotency_key: execution }),
    executeWithinMs: tier.executeWithinMs,
  };
}
