import { describeWho, type Who } from '../domain/manifest.ts';
import { enqueue } from '../store/outbox.ts';
import { getProposal } from '../store/proposals.ts';
import { takeTokens } from '../store/rates.ts';
import { type Audience, audienceOf, placeOfTarget, stageOf } from './audience.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import type { SlackMessage } from './cards/message.ts';
import { nobodyMessage } from './cards/nobody-message.ts';
import { unreachableMessage } from './cards/unreachable-message.ts';
import { unshownMessage } from './cards/unshown-message.ts';
import { mentionOf } from './mention.ts';
import type { Posting } from './session.ts';
import { SlackAway, type SlackRefusal } from './web.ts';
import { whoseTurn } from './whose-turn.ts';

const ONCE_IN_MS = 3_600_000;
const AGAIN_MS = 30_000;

/**
 * Has it said in `alerts` and to the owner, once an hour and place, that cards there reach nobody. Always throws {@link SlackAway}: the
 * card waits until somebody lets us in.
 */
export async function reportUnreachable(
  { context }: Posting,
  view: CardView,
  target: string,
): Promise<never> {
  const { id } = view.proposal;
  const place = placeOfTarget(target);
  context.log.error({ proposal: id, target }, 'slack.channel_unreachable');
  if ((await takeTokens(context.database, `slack:unreachable:${place}`, 1, ONCE_IN_MS)) === 0)
    await tell(context, `unreachable:${id}:${place}`);
  throw new SlackAway(`I can't post into ${place}: invite me there`, AGAIN_MS);
}

/** Has it said at once in `alerts`, with whom it waits for, and to the owner, that Slack takes a card in neither form; once an hour and proposal. */
export async function reportUnshown(
  { context }: Posting,
  { proposal: { id } }: CardView,
  target: string,
  { code }: SlackRefusal,
): Promise<void> {
  const place = placeOfTarget(target);
  context.log.error({ proposal: id, target, code }, 'slack.card_unshown');
  if ((await takeTokens(context.database, `slack:unshown:${id}`, 1, ONCE_IN_MS)) === 0)
    await tell(context, `unshown:${id}:${place}:${code}`);
}

/** Has it said in `alerts` and to the owner, at once, that too few are there who may decide; people may come back meanwhile. */
export async function reportNobody({ context }: Posting, view: CardView, audience: Audience): Promise<void> {
  const { proposal, tier } = view;
  const needed = stageOf(proposal) === 'approve' ? tier.approvals : 1;
  if (audience.targets.length === 0 || audience.present >= needed) return;
  context.log.error({ proposal: proposal.id, present: audience.present }, 'slack.nobody_can_decide');
  if ((await takeTokens(context.database, `slack:nobody:${proposal.id}`, 1, ONCE_IN_MS)) === 0)
    await tell(context, `nobody:${proposal.id}`);
}

async function tell({ database }: Posting['context'], ref: string): Promise<void> {
  await enqueue(database, [
    { topic: 'announce', ref },
    { topic: 'announce', ref: `owner:${ref}` },
  ]);
}

/** What to say of `unreachable:<proposal>:<place>`, `unshown:<proposal>:<place>:<code>` or `nobody:<proposal>`; undefined: nobody has to decide any more. */
export async function nobodyReached(
  posting: Posting,
  about: string,
  rest: string,
): Promise<{ readonly message: SlackMessage; readonly owner: Who } | undefined> {
  const [id = '', place = '', code = ''] = rest.split(':');
  const proposal = await getProposal(posting.context.database, id);
  if (stageOf(proposal) === undefined) return undefined;
  const view = await cardViewOf(posting.context, proposal);
  const { owner } = view.offered.workflow;
  const mention = await mentionOf(posting, owner);
  if (about === 'unreachable') return { message: unreachableMessage(proposal, place, mention), owner };
  if (about === 'unshown') {
    const { view: asked, ids } = await whoseTurn(posting, proposal);
    const unshown = { place, code, ownerMention: mention, waitedFor: ids, command: posting.command };
    return { message: unshownMessage(asked, unshown), owner };
  }
  const audience = await audienceOf(posting, view);
  const absent = audience.absent.map(describeWho);
  return { message: nobodyMessage({ ...view, people: audience.people }, absent, mention), owner };
}
