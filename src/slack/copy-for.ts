import type { Context } from '../context.ts';
import { tellOwnPast, tellPast, thingOf } from '../domain/history.ts';
import { readOwnPast, readPast } from '../store/history.ts';
import { type Audience, audienceOf, placeOfTarget, stageOfTarget } from './audience.ts';
import type { CardView } from './cards/card-view.ts';
import type { Posting } from './session.ts';

/** The copy of a card that belongs to a target, with what is known of the account. */
export async function copyFor(posting: Posting, view: CardView, target: string): Promise<CardView> {
  const [audience, known] = await Promise.all([audienceOf(posting, view), withPast(posting.context, view)]);
  return copyOf(posting.context, known, audience, target);
}

/**
 * Only a channel's copy pings, only the second human's has the second human's buttons, and only who gets it directly reads what they
 * decided themselves.
 */
export async function copyOf(
  context: Context,
  view: CardView,
  audience: Audience,
  target: string,
): Promise<CardView> {
  const place = placeOfTarget(target);
  const copy: CardView = {
    ...view,
    people: audience.people,
    away: audience.away,
    ...(stageOfTarget(target) === 'review' ? { stage: 'review' } : {}),
  };
  if (!place.startsWith('@')) return { ...copy, mention: audience.mention };
  const own = await ownPastOf(context, view, place.slice(1));
  return own ? { ...copy, own } : copy;
}

/** With the line of what was done before. */
export async function withPast({ database }: Context, view: CardView): Promise<CardView> {
  const { proposal, offered } = view;
  const thing = thingOf(offered.action, proposal.input);
  return { ...view, history: tellPast(await readPast(database, proposal, thing), thing) };
}

/** What somebody decided on the like; undefined: nothing. */
async function ownPastOf(
  { database }: Context,
  { proposal }: CardView,
  userId: string,
): Promise<string | undefined> {
  return tellOwnPast(await readOwnPast(database, userId, proposal.action));
}
