import { getProposal } from '../store/proposals.ts';
import type { Attempt } from './attempt.ts';
import { block, judge } from './judge.ts';
import { lookAtRecord } from './record.ts';

/**
 * The approval was not used in its time: it is asked again, in a new round with its own digest, by the record as it is now. What
 * was decided before does not count.
 */
export async function askAgain(attempt: Attempt): Promise<void> {
  const { context, claim, offered } = attempt;
  const proposal = await getProposal(context.database, claim.proposalId);
  if (proposal.state !== 'approved') return;
  const look = await lookAtRecord(context, offered, proposal);
  const { version, round } = proposal;
  const change =
    look.outcome === 'blocked'
      ? block(proposal.id, version, look.because, null)
      : judge({ offered, proposal, version, round, before: look.record });
  await context.changes.change({
    ...change,
    outcome: {
      id: claim.id,
      fence: claim.fence,
      state: 'canceled',
      error: 'the approval was not used in time',
    },
    events: [{ type: 'approval.lapsed', actor: 'countersign', data: { round } }, ...change.events],
    outbox: [{ topic: 'card', ref: proposal.id }],
  });
}
