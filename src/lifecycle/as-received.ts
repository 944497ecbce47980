import { digestOf } from '../domain/envelope.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Given, NewProposal } from '../store/changes.ts';

/** A proposal as the commit that received it left it, of what was sent and what it was given: the same as reading it at that moment. Pure. */
export function asReceived(sent: NewProposal, given: Given): Proposal {
  const { judged, impact } = sent;
  const set = judged?.set ?? {};
  return {
    id: sent.id,
    number: given.number,
    version: judged ? 2 : 1,
    round: set.round ?? 0,
    state: set.state ?? 'received',
    agent: sent.agent,
    action: sent.action,
    system: sent.system,
    workflow: sent.workflow,
    account: sent.account,
    summary: sent.summary,
    input: sent.input,
    reason: sent.reason,
    evidence: sent.evidence,
    onBehalfOf: sent.onBehalfOf,
    metadata: sent.metadata,
    claimedImpact: sent.claimedImpact,
    impact: impact && { minor: impact.minor, currency: sent.currency },
    tierIndex: set.tierIndex ?? sent.tierIndex,
    decide: set.decide ?? sent.decide,
    why: set.why ?? sent.why,
    policy: set.policy ?? sent.policy,
    reversible: set.reversible ?? sent.reversible,
    requesters: sent.requesters,
    before: set.before ?? null,
    blocked: null,
    digest: judged?.round ? digestOf(judged.round.envelope) : null,
    askedAgain: judged?.because ?? null,
    ...{ decisions: [], questions: [], execution: null, undoing: null },
    createdAt: given.createdAt,
    judgedAt: given.judgedAt,
    dueAt: given.dueAt,
    added: [],
    expiresAt: given.expiresAt,
    ...{ executeBy: null, review: null, supersededBy: null, supersedes: null, handovers: [] },
    // It would not have been received while a switch was on.
    ...{ paused: null, erasedAt: null },
    readAt: given.judgedAt ?? given.createdAt,
  };
}
