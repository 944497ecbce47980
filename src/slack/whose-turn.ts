import type { Proposal } from '../domain/proposal.ts';
import { audienceOf } from './audience.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import type { Posting } from './session.ts';

export interface Turn {
  readonly view: CardView;
  /** Slack ids of who may decide and has not. */
  readonly ids: readonly string[];
}

/** Who is waited for. Addresses only: who may decide is found out at each click. */
export async function whoseTurn(posting: Posting, proposal: Proposal): Promise<Turn> {
  const view = await cardViewOf(posting.context, proposal);
  const { turn, people } = await audienceOf(posting, view);
  const spoken = new Set(
    proposal.decisions.filter(({ round }) => round === proposal.round).map(({ by }) => by.id),
  );
  return { view: { ...view, people }, ids: turn.filter((id) => !spoken.has(id)) };
}
