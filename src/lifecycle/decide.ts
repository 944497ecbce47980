import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Change, NewDecision } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { decidedEvent, tierOf } from './judge.ts';

export interface Deciding {
  readonly proposalId: string;
  /** Of the card that the person saw. */
  readonly digest: string;
  readonly verdict: 'approved' | 'rejected';
  readonly reason: string | null;
  readonly person: Person;
  /** As of this click; what could not be looked up is null and refuses. */
  readonly groups: Groups;
}

export type DecideResult =
  | { readonly outcome: 'decided'; readonly proposal: Proposal }
  /** The very same decision of the same person stands already. */
  | { readonly outcome: 'repeated'; readonly proposal: Proposal }
  | { readonly outcome: 'refused'; readonly because: string };

const TRIES = 5;

/**
 * Records one person's decision. Committed when it resolves to `decided`: the decision, the state, the audit event, the cards'
 * update and, approved, the write that is ready from that moment on.
 */
export async function decide(context: Context, deciding: Deciding): Promise<DecideResult> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, deciding.proposalId);
    const standing = standingDecision(proposal, deciding);
    if (standing) return standing;
    const offered = await offeredOf(context, proposal);
    const tier = tierOf(offered, proposal.tierIndex);
    const { person, groups, digest } = deciding;
    const permission = authorize(
      { kind: 'decide', proposal, offered, tier, digest },
      person,
      context.manifests,
      groups,
    );
    if (!permission.allowed) return { outcome: 'refused', because: permission.because };
    const outcome = await context.changes.change(transition(proposal, deciding, tier.executeWithinMs));
    if (outcome === 'applied')
      return { outcome: 'decided', proposal: await getProposal(context.database, proposal.id) };
    if (outcome === 'late')
      return {
        outcome: 'refused',
        because: `#${proposal.number} has expired: nobody decided in time, and nothing was written.`,
      };
  }
  return {
    outcome: 'refused',
    because: 'Several people were at it at the same moment. Nothing of yours was recorded: please try again.',
  };
}

function standingDecision(proposal: Proposal, deciding: Deciding): DecideResult | undefined {
  const made = proposal.decisions.find((each) => each.round === proposal.round && each.stage === 'approve');
  if (!made) return undefined;
  const kind = deciding.verdict === 'approved' ? 'approve' : 'reject';
  if (made.principal === deciding.person.principal && made.kind === kind)
    return { outcome: 'repeated', proposal };
  const did = made.kind === 'approve' ? 'approved' : 'rejected';
  const who = made.principal === deciding.person.principal ? 'You' : made.by.name;
  return { outcome: 'refused', because: `${who} ${did} #${proposal.number} already; a decision is final.` };
}

function transition(proposal: Proposal, deciding: Deciding, executeWithinMs: number): Change {
  const { person, verdict, reason } = deciding;
  const approved = verdict === 'approved';
  const decision: NewDecision = {
    stage: 'approve',
    verdict,
    kind: approved ? 'approve' : 'reject',
    digest: deciding.digest,
    principal: person.principal,
    principalKind: 'person',
    identities: person.identities,
    by: { id: person.userId, name: person.name },
    reason,
    goodForMs: approved ? executeWithinMs : null,
  };
  return {
    id: proposal.id,
    version: proposal.version,
    unexpired: true,
    set: { state: approved ? 'approved' : 'rejected' },
    ...(approved ? { executeInMs: executeWithinMs, execute: true } : {}),
    decision,
    events: [decidedEvent(decision)],
    outbox: [{ topic: 'card', ref: proposal.id }],
  };
}
