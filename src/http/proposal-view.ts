import { publicId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { findAction, type Manifests, type OfferedAction } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import { type Keyed, toldProposal } from '../domain/personal-fields.ts';
import {
  type ExecutionState,
  isSettled,
  type Proposal,
  type ProposalState,
  type Question,
} from '../domain/proposal.ts';
import { publicQuestionId } from '../domain/question.ts';
import { toldOf } from '../lifecycle/finish.ts';
import { nextWords } from './next-words.ts';

/** A proposal as agents read it (contract: HTTP), personal fields as they may be told. `manifests` is the version that judged it. Pure. */
export function proposalView(
  whole: Proposal,
  manifests: Manifests,
  { publicUrl, keyed }: { readonly publicUrl: string | undefined; readonly keyed: Keyed },
): JsonObject {
  const offered = findAction(manifests, whole.action);
  const proposal = offered ? toldProposal(offered.action, whole, keyed) : whole;
  const { impact, claimedImpact } = proposal;
  return {
    id: publicId(proposal.id),
    number: proposal.number,
    version: proposal.version,
    state: proposal.state,
    settled: isSettled(proposal.state),
    decision: decisionOf(proposal),
    outcome: outcomeOf(proposal.state),
    next: nextWords(proposal, offered?.workflow.tiers[proposal.tierIndex]),
    agent: proposal.agent,
    action: proposal.action,
    system: proposal.system,
    workflow: proposal.workflow,
    account: proposal.account,
    summary: proposal.summary,
    reason: proposal.reason,
    on_behalf_of: proposal.onBehalfOf,
    metadata: { ...proposal.metadata },
    input: proposal.input,
    digest: proposal.digest,
    impact: {
      amount: impact && amountOf(impact),
      currency: impact?.currency ?? manifests.organisation.currency,
      claimed: claimedImpact,
    },
    tier: { decide: proposal.decide, why: proposal.why },
    policy: proposal.policy,
    reversible: proposal.reversible,
    created_at: proposal.createdAt.toISOString(),
    due_at: proposal.dueAt?.toISOString() ?? null,
    expires_at: proposal.expiresAt?.toISOString() ?? null,
    blocked: proposal.blocked,
    decisions: decisionsOf(proposal),
    questions: proposal.questions.map(questionView),
    execution: executionOf(proposal, offered),
    review: proposal.review && {
      state: proposal.review.state,
      due_at: proposal.review.dueAt?.toISOString() ?? null,
    },
    rollback: proposal.undoing && { state: shownState(proposal.undoing.state) },
    superseded_by: proposal.supersededBy && publicId(proposal.supersededBy.id),
    url: publicUrl === undefined ? null : `${publicUrl}${pathOf(proposal.id)}`,
  };
}

/** Where a proposal is found. */
export function pathOf(id: string): string {
  return `/v1/proposals/${publicId(id)}`;
}

function decisionOf(proposal: Proposal): 'approved' | 'rejected' | 'expired' | null {
  const { state } = proposal;
  if (state === 'rejected' || state === 'expired') return state;
  if (state === 'in_review') return null;
  const made = presentDecisions(proposal).some((each) => each.stage === 'approve' && each.kind === 'approve');
  return made ? 'approved' : null;
}

function outcomeOf(state: ProposalState): 'executed' | 'not_executed' | 'unknown' | null {
  if (state === 'unknown') return 'unknown';
  if (!isSettled(state)) return null;
  return state === 'executed' || state === 'rolled_back' ? 'executed' : 'not_executed';
}

/** What was decided in an earlier round does not count any more. */
function presentDecisions(proposal: Proposal): Proposal['decisions'] {
  return proposal.decisions.filter((each) => each.round === proposal.round);
}

function decisionsOf(proposal: Proposal): Json[] {
  return presentDecisions(proposal).map((each) => ({
    stage: each.stage,
    kind: each.kind,
    by: { id: each.by.id, name: each.by.name },
    for: each.for && { id: each.for.id, name: each.for.name },
    at: each.at.toISOString(),
    reason: each.reason,
    digest: each.digest,
  }));
}

function questionView({ id, text, by, askedAt, answer }: Question): JsonObject {
  return {
    id: publicQuestionId(id),
    text,
    by: { id: by.id, name: by.name },
    asked_at: askedAt.toISOString(),
    answer: answer && { text: answer.text, at: answer.at.toISOString() },
  };
}

function executionOf({ execution }: Proposal, offered: OfferedAction | undefined): Json {
  if (!execution) return null;
  const at = execution.finishedAt ?? execution.startedAt;
  return {
    state: shownState(execution.state),
    attempts: execution.attempts,
    at: at?.toISOString() ?? null,
    result: execution.result && offered ? toldOf(offered.action, execution.result) : null,
    error: execution.error,
  };
}

/** Under a lease nothing has begun yet: to an agent that is the same as ready. */
function shownState(state: ExecutionState): Exclude<ExecutionState, 'leased'> {
  return state === 'leased' ? 'ready' : state;
}
