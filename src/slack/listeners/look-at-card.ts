import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { CardAct } from '../../domain/authorize.ts';
import { digestOf } from '../../domain/envelope.ts';
import { parseProposalRef } from '../../domain/ids.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { type Card, listShown } from '../../store/cards.ts';
import type { Database } from '../../store/database.ts';
import { getEnvelope } from '../../store/envelopes.ts';
import { findProposal, getProposal } from '../../store/proposals.ts';
import { cardViewOf } from '../card-view-of.ts';
import type { CardView } from '../cards/card-view.ts';
import type { Session } from '../session.ts';
import { type CardRef, HOME } from './card-ref.ts';

export interface KnownCard {
  readonly outcome: 'known';
  readonly card: CardRef;
  /** What the card was posted for. */
  readonly target: string;
  readonly view: CardView;
  readonly act: CardAct;
}

export type Look = KnownCard | { readonly outcome: 'refused'; readonly because: string };

const NOT_YET_MS = 400;

/**
 * What the clicked message really shows, from the database: a message that we did not post for this proposal and round decides
 * nothing, whatever its button says.
 */
export async function lookAtCard({ context }: Session, ref: CardRef | undefined): Promise<Look> {
  const { database, log } = context;
  if (ref?.channel === HOME) return lookFromHome(context, ref);
  const cards = ref ? await listSoon(database, ref) : [];
  const [first] = cards;
  if (!ref || !first) {
    log.warn({ channel: ref?.channel, ts: ref?.ts }, 'slack.click_on_unknown_message');
    return refuse(
      'This message is none of the cards that I keep, so nothing was recorded. Decide on the proposal’s own card.',
    );
  }
  const [claimed, round, ...rest] = ref.value.split(':');
  const card = cards.find(({ proposalId }) => proposalId === claimed && rest.length === 0);
  const proposal = await getProposal(database, (card ?? first).proposalId);
  const number = `#${proposal.number}`;
  if (!card) {
    log.warn({ channel: ref.channel, ts: ref.ts }, 'slack.click_with_foreign_value');
    return refuse(`That button does not belong to ${number}. Nothing was recorded.`);
  }
  if (round !== String(card.round)) {
    return refuse(
      `${number} has changed since this card was shown. Look at it as it is now and decide there.`,
    );
  }
  // A line shows what it is about and for how much, not all that will be done.
  if (card.form === 'line' && !ref.isOpened)
    return refuse(
      `A line of a list can’t be decided as it stands: press Look at it and decide ${number} there.`,
    );
  const view = await cardViewOf(context, proposal);
  const digest = await digestShown(database, card, proposal);
  const { offered, tier } = view;
  const act: CardAct = { kind: 'decide', proposal, offered, tier, digest };
  return { outcome: 'known', card: ref, target: card.target, view, act };
}

/** App Home is ours alone and carries what it listed; nothing that is not so any more. */
async function lookFromHome(context: Context, card: CardRef): Promise<Look> {
  const [id = '', round, ...rest] = card.value.split(':');
  const named = rest.length === 0 ? parseProposalRef(id) : undefined;
  const proposal = named && (await findProposal(context.database, named));
  if (!proposal || String(proposal.round) !== round || proposal.digest === null)
    return refuse('It has changed since it was listed. Open App Home again and look at it as it is now.');
  const view = await cardViewOf(context, proposal);
  const { offered, tier } = view;
  const act: CardAct = { kind: 'decide', proposal, offered, tier, digest: proposal.digest };
  return { outcome: 'known', card, target: `#${tier.channel}`, view, act };
}

/** People see a card some milliseconds before it is on record here. */
async function listSoon(database: Database, { channel, ts }: CardRef): Promise<Card[]> {
  const cards = await listShown(database, channel, ts);
  if (cards.length > 0) return cards;
  await pause(NOT_YET_MS);
  return listShown(database, channel, ts);
}

/** Of the round that the message shows, which may be older than the proposal's. */
async function digestShown(database: Database, card: Card, proposal: Proposal): Promise<string> {
  if (card.round === proposal.round && proposal.digest !== null) return proposal.digest;
  return digestOf(await getEnvelope(database, proposal.id, card.round));
}

function refuse(because: string): Look {
  return { outcome: 'refused', because };
}
