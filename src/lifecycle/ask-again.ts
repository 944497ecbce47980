import { judgeNow } from './assess.ts';
import type { Attempt } from './attempt.ts';
import { finishBlocked } from './finish.ts';
import { sayStricter, whyStricterNow } from './tighten.ts';

/**
 * What was approved is not what would be written any more, or not in its time: it is asked again, in a new round with its own
 * digest, by the record as it is now and by today's policy where that is stricter; blocked where today's takes no such thing. What was
 * decided before does not count.
 */
export async function askAgain(attempt: Attempt, because: string): Promise<void> {
  const { context, claim, proposal } = attempt;
  const tightened = await whyStricterNow(context, proposal);
  if (tightened?.outcome === 'refuse') return finishBlocked(attempt, sayStricter(tightened));
  const policy = tightened && context.manifests;
  await judgeNow(
    context,
    claim.proposalId,
    'approved',
    (change, { id, round }) => ({
      ...change,
      because,
      outcome: { id: claim.id, fence: claim.fence, state: 'canceled', error: because },
      events: [{ type: 'approval.lapsed', actor: 'countersign', data: { round, because } }, ...change.events],
      outbox: [{ topic: 'card', ref: id }],
    }),
    policy,
  );
}
