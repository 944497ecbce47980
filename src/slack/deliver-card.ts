import type { Proposal } from '../domain/proposal.ts';
import { type Card, forgetCard, listCards, saveCard } from '../store/cards.ts';
import { getProposal } from '../store/proposals.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import { decisionCard } from './cards/decision-card.ts';
import type { SlackMessage } from './cards/message.ts';
import { plainCard } from './cards/plain-card.ts';
import { isGone, isUnreachable, isUnshowable, postAt, takeTurn, updateAt } from './post.ts';
import type { Posting } from './session.ts';
import { reportUnreachable } from './unreachable-card.ts';

/**
 * Brings every copy of a proposal's card to what the proposal is now, and posts it where it belongs and is not yet. Whatever it
 * was called for: it reads the present. Throws to be called again; what was done by then is found done.
 */
export async function deliverCard(posting: Posting, proposalId: string): Promise<void> {
  const { database } = posting.context;
  const proposal = await getProposal(database, proposalId);
  if (proposal.decide === 'agent' || proposal.state === 'received') return;
  const view = await cardViewOf(posting.context, proposal);
  const cards = await listCards(database, proposalId);
  const updates = cards.map((card) => () => bringUpToDate(posting, view, card));
  const missing = targetsOf(view).filter((target) => !cards.some((card) => card.target === target));
  const posts = isWaiting(proposal) ? missing.map((target) => () => post(posting, view, target)) : [];
  await each([...updates, ...posts]);
}

/** One copy that can't be brought up to date must not keep the others from it. */
async function each(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const task of tasks) await task().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** Somebody has to decide: what nobody has to decide any more is not posted anew. */
function isWaiting({ state }: Proposal): boolean {
  return state === 'pending' || state === 'in_review';
}

/** `#channel`, and `@U…` for people who get it directly. */
function targetsOf({ tier }: CardView): string[] {
  return [`#${tier.channel}`];
}

async function post(posting: Posting, view: CardView, target: string): Promise<void> {
  const { proposal } = view;
  try {
    const channel = await takeTurn(posting, target.slice(1));
    const place = await showing(posting, view, (message) => postAt(posting, channel, message));
    await save(posting, { ...place, proposalId: proposal.id, target, round: proposal.round }, proposal, true);
  } catch (error) {
    if (isUnreachable(error)) return reportUnreachable(posting, view, target);
    throw error;
  }
}

async function bringUpToDate(posting: Posting, view: CardView, card: Card): Promise<void> {
  const { proposal } = view;
  try {
    await showing(posting, view, (message) => updateAt(posting, card, message));
    await save(posting, { ...card, round: proposal.round }, proposal, false);
  } catch (error) {
    if (isUnreachable(error) && !isWaiting(proposal)) return; // Nobody there can see it any more.
    if (isUnreachable(error)) return reportUnreachable(posting, view, card.target);
    if (!isGone(error)) throw error;
    await forgetCard(posting.context.database, card);
    if (isWaiting(proposal)) await post(posting, view, card.target);
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
