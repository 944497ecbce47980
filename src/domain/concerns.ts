import type { Manifests, Tier, Who } from './manifest.ts';
import { type Groups, isAmong, type Person } from './person.ts';

export type Stage = 'decide' | 'review';

/** Whom a tier lets decide, or review: from the beginning, and once a step of the escalation has added them. */
function whoOf(tier: Tier, stage: Stage): { readonly own: readonly Who[]; readonly added: readonly Who[] } {
  if (stage === 'review') return { own: tier.review?.by ?? [], added: [] };
  return { own: tier.approvers, added: tier.escalate.flatMap(({ add }) => add) };
}

/** The groups that must be looked up before {@link concernOf} can answer. */
export function groupsOfTier(tier: Tier, stage: Stage): string[] {
  const { own, added } = whoOf(tier, stage);
  return [...own, ...added].flatMap((who) => (who.kind === 'group' ? [who.handle] : []));
}

/**
 * What of a tier may be somebody's to see to, in their own right or for who is away: everything, what was escalated to them, or nothing.
 * It only narrows what is looked at: {@link authorize} says what they may do.
 */
export function concernOf(
  person: Person,
  tier: Tier,
  stage: Stage,
  groups: Groups,
): 'all' | 'added' | 'none' {
  const { own, added } = whoOf(tier, stage);
  const rights = [person, ...(person.standsFor ?? [])];
  const isIn = (list: readonly Who[]) => rights.some((each) => isAmong(each, list, groups) === 'yes');
  if (isIn(own)) return 'all';
  return isIn(added) ? 'added' : 'none';
}

/** Agents whose proposals somebody may not decide, since they own them. */
export function agentsOwnedBy(person: Person, { agents }: Manifests, groups: Groups): string[] {
  return Object.values(agents).flatMap(({ id, owner }) =>
    isAmong(person, [owner], groups) === 'no' ? [] : [id],
  );
}
