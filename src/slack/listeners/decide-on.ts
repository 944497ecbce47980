import { authorize, type CardAct } from '../../domain/authorize.ts';
import type { Confirmation } from '../../domain/confirmation.ts';
import { type DecideResult, decide } from '../../lifecycle/decide.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { CardRef } from './card-ref.ts';
import type { Clicker } from './click.ts';
import { type KnownCard, lookAtCard } from './look-at-card.ts';

export type Verdict =
  | { readonly verdict: 'approved'; readonly confirmation: Confirmation }
  | { readonly verdict: 'rejected'; readonly reason: string };

/**
 * Records what somebody decided on the card they saw. Committed when it resolves to `decided`. Throws {@link SlackAway} if Slack
 * does not say who that is.
 */
export async function decideOn(
  session: Session,
  card: CardRef | undefined,
  by: Clicker,
  verdict: Verdict,
): Promise<DecideResult> {
  const look = await lookAtCard(session, card);
  return look.outcome === 'refused' ? look : decideOnKnown(session, look, by, verdict);
}

/** The same where the card was looked up already; `begins` is called with who it is once they clearly may, before it is recorded. */
export async function decideOnKnown(
  session: Session,
  look: KnownCard,
  by: Clicker,
  verdict: Verdict,
  begins?: (personName: string) => void,
): Promise<DecideResult> {
  const act = actOf(look, verdict);
  const who = await whoActs(session, by, act);
  if (begins && authorize(act, who.person, session.context.manifests, who.groups).allowed)
    begins(who.person.name);
  const { proposal, digest } = act;
  return decide(
    session.context,
    { proposalId: proposal.id, digest, reason: null, ...verdict, ...who },
    proposal,
  );
}

function actOf({ act }: KnownCard, verdict: Verdict): CardAct {
  return verdict.verdict === 'approved' ? { ...act, approving: verdict.confirmation } : act;
}
