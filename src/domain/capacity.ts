import type { Tier, Who } from './manifest.ts';
import { type Groups, isAmong, type Person, type StandIn } from './person.ts';
import type { Proposal } from './proposal.ts';
import { voteOfRight } from './votes.ts';

/** In whose right somebody may act: their own (`for` null), or that of somebody who is away. */
export type Capacity =
  | { readonly may: 'yes'; readonly for: StandIn | null }
  | { readonly may: 'no' | 'unclear' | 'not_for_others' };

/**
 * Who is away lends their right, not a second one: not to who asked for the proposal, and not where they have spoken already. A tier
 * may want stand-ins who could decide it themselves.
 */
export function capacityOf(
  person: Person,
  list: readonly Who[],
  groups: Groups,
  proposal: Proposal,
  { delegates }: Pick<Tier, 'delegates'>,
): Capacity {
  const own = isAmong(person, list, groups);
  if (own === 'unclear') return { may: 'unclear' };
  const lent = (person.standsFor ?? []).filter(
    (each) =>
      isAmong(each, list, groups) === 'yes' &&
      !each.identities.some((identity) => proposal.requesters.includes(identity)) &&
      !voteOfRight(proposal, each.principal),
  );
  const [first] = lent;
  if (own === 'yes') return { may: 'yes', for: first ?? null };
  if (!first) return { may: 'no' };
  return delegates === 'any' ? { may: 'yes', for: first } : { may: 'not_for_others' };
}
