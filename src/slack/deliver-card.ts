import { listCards } from '../store/cards.ts';
import { bringUp } from '../store/delivery.ts';
import { getProposal } from '../store/proposals.ts';
import { audienceOf, placeOfTarget, stageOf } from './audience.ts';
import { cardViewOf } from './card-view-of.ts';
import type { Posting } from './session.ts';
import { reportNobody } from './unreachable-card.ts';

/**
 * Has every copy of a proposal's card brought to what the proposal is now, and posted where it belongs and is not yet. Whatever it was
 * called for: it reads the present. Nothing here is sent: each copy waits for the turn of its place, and each message for its own.
 */
export async function deliverCard(posting: Posting, proposalId: string): Promise<void> {
  const { database } = posting.context;
  const proposal = await getProposal(database, proposalId);
  if (proposal.decide === 'agent' || proposal.state === 'received') return;
  const view = await cardViewOf(posting.context, proposal);
  const audience = await audienceOf(posting, view);
  const there = new Set((await listCards(database, proposalId)).map(({ target }) => target));
  const isCall = (place: string) => place.startsWith('@') && proposal.added.length > 0;
  const missing = [...new Set(audience.targets)]
    .filter((target) => !there.has(target))
    .map((target) => ({ target, place: placeOfTarget(target), isCall: isCall(placeOfTarget(target)) }));
  await bringUp(database, proposalId, { missing, isOver: stageOf(proposal) === undefined });
  await reportNobody(posting, view, audience);
}
