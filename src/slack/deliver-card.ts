import type { Proposal } from '../domain/proposal.ts';
import { type Card, forgetCard, listCards, saveCard } from '../store/cards.ts';
import { getProposal } from '../store/proposals.ts';
import { type Audience, audienceOf, placeOfTarget } from './audience.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import { decisionCard } from './cards/decision-card.ts';
import type { SlackMessage } from './cards/message.ts';
import { plainCard } from './cards/plain-card.ts';
import { copyOf, withPast } from './copy-for.ts';
import { isGone, isUnreachable, isUnshowable, postAt, takeTurn, updateAt } from './post.ts';
import type { Posting } from './session.ts';
import { reportNobody, reportUnreachable } from './unreachable-card.ts';

/**
 * Brings every copy of a proposal's card to what the proposal is now, and posts it where it belongs and is not yet. Whatever it
 * was called for: it reads the present. Throws to be called again; what was done by then is found done.
 */
export async function deliverCard(posting: Posting, proposalId: string): Promise<void> {
  const { database } = posting.context;
  const proposal = await getProposal(database, proposalId);
  if (proposal.decide === 'agent' || proposal.state === 'received') return;
  const view = await withPast(posting.context, await cardViewOf(posting.context, proposal));
  const audience = await audienceOf(posting, view);
  const cards = await listCards(database, proposalId);
  const delivery: Delivery = { posting, view, audience };
  const updates = cards.map((card) => () => bringUpToDate(delivery, card));
  const missing = [...new Set(audience.targets)].filter(
    (target) => !cards.some((card) => card.target === target),
  );
  const posts = missing.map((target) => () => post(delivery, target));
  await each([...updates, ...posts, () => reportNobody(posting, view, audience)]);
}

interface Delivery {
  readonly posting: Posting;
  readonly view: CardView;
  readonly audience: Audience;
}

/** One copy that can't be brought up to date must not keep the others from it. */
async function each(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const task of tasks) await task().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function post(delivery: Delivery, target: string): Promise<void> {
  const { posting, view, audience } = delivery;
  const { proposal } = view;
  try {
    const channel = await takeTurn(posting, placeOfTarget(target));
    if (target.includes('@')) await posting.turns.takeCard(channel);
    const copy = await copyOf(posting.context, view, audience, target);
    const place = await showing(posting, copy, (message) => postAt(posting, channel, message));
    await save(posting, { ...place, proposalId: proposal.id, target, round: proposal.round }, proposal, true);
  } catch (error) {
    if (isUnreachable(error)) return reportUnreachable(posting, view, target);
    throw error;
  }
}

async function bringUpToDate(delivery: Delivery, card: Card): Promise<void> {
  const { posting, view, audience } = delivery;
  const { proposal } = view;
  const isWanted = audience.targets.includes(card.target);
  try {
    const copy = await copyOf(posting.context, view, audience, card.target);
    await showing(posting, copy, (message) => updateAt(posting, card, message));
    await save(posting, { ...card, round: proposal.round }, proposal, false);
  } catch (error) {
    if (isUnreachable(error) && !isWanted) return; // Nobody there can see it any more.
    if (isUnreachable(error)) return reportUnreachable(posting, view, card.target);
    if (!isGone(error)) throw error;
    await forgetCard(posting.context.database, card);
    if (isWanted) await post(delivery, card.target);
  }
}

async function save({ context }: Posting, card: Card, proposal: Proposal, posted: boolean): Promise<void> {
  await saveCard(context.database, { ...card, version: proposal.version, posted });
}

/** If Slack does not take the card, people see a plain one that can't be approved, rather than none. */
async function showing<T>(
  { context }: Posting,
  view: CardView,
  show: (message: SlackMessage) => Promise<T>,
): Promise<T> {
  try {
    return await show(decisionCard(view));
  } catch (error) {
    if (!isUnshowable(error)) throw error;
    context.log.error({ proposal: view.proposal.id, said: error.message }, 'slack.card_refused');
    return show(plainCard(view));
  }
}
