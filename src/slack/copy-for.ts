import { type Audience, audienceOf, stageOfTarget } from './audience.ts';
import type { CardView } from './cards/card-view.ts';
import type { Posting } from './session.ts';

/** The copy of a card that belongs to a target. */
export async function copyFor(posting: Posting, view: CardView, target: string): Promise<CardView> {
  return copyOf(view, await audienceOf(posting.addresses, view), target);
}

/** Only a channel's copy pings, and only the second human's has the second human's buttons. */
export function copyOf(view: CardView, audience: Audience, target: string): CardView {
  return {
    ...view,
    people: audience.people,
    ...(stageOfTarget(target) === 'review' ? { stage: 'review' as const } : {}),
    ...(target.includes('#') ? { mention: audience.mention } : {}),
  };
}
