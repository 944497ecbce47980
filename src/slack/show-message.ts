import { type Card, listShown } from '../store/cards.ts';
import { settleMessage } from '../store/delivery.ts';
import { getProposal } from '../store/proposals.ts';
import { audienceOf } from './audience.ts';
import { cardViewOf } from './card-view-of.ts';
import { cardList } from './cards/card-list.ts';
import type { CardView } from './cards/card-view.ts';
import { decisionCard } from './cards/decision-card.ts';
import type { SlackMessage } from './cards/message.ts';
import { plainCard } from './cards/plain-card.ts';
import { copyOf, withPast } from './copy-for.ts';
import { isUnshowable, type Place } from './post.ts';
import { contentDigest, replaceMessage } from './replace-message.ts';
import type { Posting } from './session.ts';

/** A copy as it is to be seen where it was, or is to be, posted; `isWanted`: it belongs there still. */
export interface Copy {
  readonly view: CardView;
  readonly target: string;
  readonly isWanted: boolean;
}

/** The copy of a proposal's card that belongs to a target, as the proposal is now; a line says nothing of the past. */
export async function readCopy(
  posting: Posting,
  { proposalId, target }: Pick<Card, 'proposalId' | 'target'>,
  form: Card['form'],
): Promise<Copy> {
  const { context } = posting;
  const proposal = await getProposal(context.database, proposalId);
  const bare = await cardViewOf(context, proposal);
  const view = form === 'line' ? bare : await withPast(context, bare);
  const audience = await audienceOf(posting, view);
  const isWanted = audience.targets.includes(target);
  return { view: await copyOf(context, view, audience, target), target, isWanted };
}

/** The whole card, or the list that these are the lines of. */
export function contentOf(copies: readonly Copy[], form: Card['form']): SlackMessage {
  const [first] = copies;
  if (!first) throw new Error('a message shows at least one proposal');
  return form === 'card' ? decisionCard(first.view) : cardList(copies.map(({ view }) => view));
}

/** If Slack does not take the card, people see a plain one that can't be approved, rather than none. */
export async function showing<T>(
  { context }: Posting,
  { view }: Copy,
  show: (message: SlackMessage) => Promise<T>,
): Promise<{ readonly shown: SlackMessage; readonly result: T }> {
  const whole = decisionCard(view);
  try {
    return { shown: whole, result: await show(whole) };
  } catch (error) {
    if (!isUnshowable(error)) throw error;
    context.log.error({ proposal: view.proposal.id, said: error.message }, 'slack.card_refused');
    const plain = plainCard(view);
    // A digest of the whole: only what is another card is tried again.
    return { shown: whole, result: await show(plain) };
  }
}

/**
 * Brings one posted message to what its proposals are now; does nothing where it shows that already. `marks` is how often it was asked for
 * when this began. Answers with what it shows; empty: it is not ours any more.
 */
export async function bringMessageUp(
  posting: Posting,
  place: Place,
  marks: number,
): Promise<readonly Copy[]> {
  const { database } = posting.context;
  const cards = await listShown(database, place.channel, place.ts);
  const [first] = cards;
  if (!first) return [];
  const copies = await Promise.all(cards.map((card) => readCopy(posting, card, card.form)));
  const content = contentOf(copies, first.form);
  const shown = contentDigest(content);
  if (shown !== first.shown) await put(posting, place, copies, first.form, content);
  await settleMessage(database, {
    ...{ channel: place.channel, ts: place.ts, marks, was: first.shown, shown },
    cards: copies.map(({ view: { proposal } }) => ({ proposal: proposal.id, round: proposal.round })),
  });
  return copies;
}

async function put(
  posting: Posting,
  place: Place,
  copies: readonly Copy[],
  form: Card['form'],
  content: SlackMessage,
): Promise<void> {
  const [first] = copies;
  if (form === 'line' || !first) return replaceMessage(posting, place, content);
  await showing(posting, first, (message) => replaceMessage(posting, place, message));
}
