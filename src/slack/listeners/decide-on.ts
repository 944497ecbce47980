import { groupsNeeded } from '../../domain/authorize.ts';
import { type DecideResult, decide } from '../../lifecycle/decide.ts';
import type { Session } from '../session.ts';
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
  const { context, people, groups } = session;
  const look = await lookAtCard(session, card);
  if (look.outcome === 'refused') return look;
  const { proposal, digest } = look.act;
  const [person, members] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    groups.membersOf(groupsNeeded(look.act, context.manifests)),
  ]);
  return decide(context, { proposalId: proposal.id, digest, ...verdict, person, groups: members });
}
