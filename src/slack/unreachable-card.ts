import { enqueue } from '../store/outbox.ts';
import { getProposal } from '../store/proposals.ts';
import { takeTokens } from '../store/rates.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import type { SlackMessage } from './cards/message.ts';
import { unreachableMessage } from './cards/unreachable-message.ts';
import { mentionOf } from './mention.ts';
import type { Posting } from './session.ts';
import { SlackAway } from './web.ts';

const ONCE_IN_MS = 3_600_000;
const AGAIN_MS = 30_000;

/**
 * Has it said in `alerts`, once an hour and channel, that cards there reach nobody. Always throws {@link SlackAway}: the card
 * waits until somebody lets us in.
 */
export async function reportUnreachable(
  { context }: Posting,
  view: CardView,
  target: string,
): Promise<never> {
  const { id } = view.proposal;
  context.log.error({ proposal: id, target }, 'slack.channel_unreachable');
  if ((await takeTokens(context.database, `slack:unreachable:${target}`, 1, ONCE_IN_MS)) === 0) {
    await enqueue(context.database, [{ topic: 'announce', ref: `unreachable:${id}` }]);
  }
  throw new SlackAway(`I can't post into ${target}: invite me there`, AGAIN_MS);
}

/** Undefined: nobody has to decide on it any more. */
export async function unreachableCard(
  posting: Posting,
  proposalId: string,
): Promise<SlackMessage | undefined> {
  const proposal = await getProposal(posting.context.database, proposalId);
  if (proposal.state !== 'pending' && proposal.state !== 'in_review') return undefined;
  const { offered, tier } = await cardViewOf(posting.context, proposal);
  return unreachableMessage(proposal, `#${tier.channel}`, await mentionOf(posting, offered.workflow.owner));
}
