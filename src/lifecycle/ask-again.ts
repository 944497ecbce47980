import { judgeNow } from './assess.ts';
import type { Attempt } from './attempt.ts';

/**
 * What was approved is not what would be written any more, or not in its time: it is asked again, in a new round with its own
 * digest, by the record as it is now. What was decided before does not count.
 */
export async function askAgain({ context, claim }: Attempt, because: string): Promise<void> {
  await judgeNow(context, claim.proposalId, 'approved', (change, { id, round }) => ({
    ...change,
    outcome: { id: claim.id, fence: claim.fence, state: 'canceled', error: because },
    events: [{ type: 'approval.lapsed', actor: 'countersign', data: { round, because } }, ...change.events],
    outbox: [{ topic: 'card', ref: id }],
  }));
}
