import { type DecideResult, decide } from '../../lifecycle/decide.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { CardRef } from './card-ref.ts';
import type { Clicker } from './click.ts';
import { lookAtCard } from './look-at-card.ts';

/**
 * Records what somebody decided on the card they saw. Committed when it resolves to `decided`. Throws {@link SlackAway} if Slack
 * does not say who that is.
 */
export async function decideOn(
  session: Session,
  card: CardRef | undefined,
  by: Clicker,
  verdict: { readonly verdict: 'approved' | 'rejected'; readonly reason: string | null },
): Promise<DecideResult> {
  const look = await lookAtCard(session, card);
  if (look.outcome === 'refused') return look;
  const { proposal, digest } = look.act;
  const who = await whoActs(session, by, look.act);
  return decide(session.context, { proposalId: proposal.id, digest, ...verdict, ...who });
}
