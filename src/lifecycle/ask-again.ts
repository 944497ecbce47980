import type { Manifests } from '../domain/manifest.ts';
import { judgeNow, type Looking } from './assess.ts';
import type { Attempt } from './attempt.ts';
import { finishBlocked } from './finish.ts';
import { sayStricter, whyStricterNow } from './tighten.ts';

/**
 * What was approved is not what would be written any more, or not in its time: it is asked again, in a new round with its own
 * digest, by the record as it is now and by today's policy where that is stricter; blocked where today's takes no such thing. What was
 * decided before does not count. `look`, where the record is not to be seen as it is now.
 */
export async function askAgain(attempt: Attempt, because: string, look?: Looking): Promise<void> {
  const { context, proposal } = attempt;
  const tightened = await whyStricterNow(context, proposal);
  if (tightened?.outcome === 'refuse') return finishBlocked(attempt, sayStricter(tightened));
  return openRound(attempt, because, tightened && context.manifests, look);
}

/**
 * As {@link askAgain}, while the system can't be read: by the record and the policy that it was last judged by, which is said. Both are
 * looked at once more before anything is written.
 */
export async function askAgainAsKnown(attempt: Attempt, because: string): Promise<void> {
  const { proposal, offered, envelope } = attempt;
  const pin = 'tool' in envelope.request ? envelope.request.pin : undefined;
  const said = `${because}; ${offered.system.title} can't be read now, and its record is shown as it was read before`;
  await openRound(attempt, said, undefined, async () => ({ outcome: 'seen', record: proposal.before, pin }));
}

async function openRound(
  { context, claim, execution }: Attempt,
  because: string,
  policy: Manifests | undefined,
  look: Looking | undefined,
): Promise<void> {
  await judgeNow(
    context,
    claim.proposalId,
    'approved',
    (change, { id, round }) =>
      // Somebody else has asked again meanwhile, and the agent's own tier has approved it at once.
      round !== execution.round
        ? undefined
        : {
            ...change,
            because,
            outcome: { id: claim.id, fence: claim.fence, state: 'canceled', error: because },
            events: [
              { type: 'approval.lapsed', actor: 'countersign', data: { round, because } },
              ...change.events,
            ],
            outbox: [{ topic: 'card', ref: id }],
          },
    policy,
    look,
  );
}
