import { describeWho, type Tier, type Who } from '../domain/manifest.ts';
import { emailIdentity } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { isReviewable } from '../domain/votes.ts';
import type { Address, Addresses } from './addresses.ts';
import type { CardView } from './cards/card-view.ts';
import type { Mention } from './cards/pieces.ts';

/** Whose turn it is: who may decide, then the second human; undefined: nobody's. */
export type Stage = 'approve' | 'review';

export function stageOf(proposal: Proposal): Stage | undefined {
  if (proposal.state === 'pending') return 'approve';
  return isReviewable(proposal) ? 'review' : undefined;
}

const REVIEW = 'review:';

/** The copies of the second human stand apart from those of the first, also in one channel. */
export function stageOfTarget(target: string): Stage {
  return target.startsWith(REVIEW) ? 'review' : 'approve';
}

/** `#refund-approvals` or `@U0LEA`: where a target's message is posted. */
export function placeOfTarget(target: string): string {
  return target.replace(REVIEW, '');
}

export interface Audience {
  /** `#channel`, and `@U…` for people who get it directly. */
  readonly targets: readonly string[];
  readonly people: (who: Who) => string;
  readonly mention: (who: Who) => Mention | undefined;
  /** Whose turn it is and who is not there: they left, or their group is empty. */
  readonly absent: readonly Who[];
  /** How many of those whose turn it is are there and may. */
  readonly present: number;
}

/** Where the cards of a proposal belong now, and how those are named who stand on them. */
export async function audienceOf(addresses: Addresses, view: CardView): Promise<Audience> {
  const { proposal, tier, owner } = view;
  const known = new Map<string, Address | undefined>();
  const named = [...tier.approvers, ...(tier.review?.by ?? []), ...(owner ? [owner] : [])];
  await Promise.all(named.map(async (who) => known.set(describeWho(who), await addresses.find(who))));
  const find = (who: Who) => known.get(describeWho(who));
  const stage = stageOf(proposal);
  const whose = stage === undefined ? [] : whoseTurn(tier, stage);
  const notify = stage === 'review' ? undefined : tier.notify;
  return {
    targets: stage === undefined ? [] : targetsOf(tier, stage, whose.map(find), notify),
    people: (who) => find(who)?.name ?? describeWho(who),
    mention: (who) => (whose.includes(who) ? mentionOf(find(who), notify) : undefined),
    absent: whose.filter((who) => isEmpty(find(who))),
    present: presentOf(whose, find, proposal),
  };
}

function whoseTurn(tier: Tier, stage: Stage): readonly Who[] {
  return stage === 'review' ? (tier.review?.by ?? []) : tier.approvers;
}

/** The channel has it in any case; people get it directly unless the tier says that they are mentioned, or nothing. */
function targetsOf(
  tier: Tier,
  stage: Stage,
  found: readonly (Address | undefined)[],
  notify: Tier['notify'],
): string[] {
  const mark = stage === 'review' ? REVIEW : '';
  const direct = found.flatMap((each) => {
    if (!each || notify === 'mention' || notify === 'none') return [];
    if (each.kind === 'user') return [each.id];
    return notify === 'dm' ? each.members : [];
  });
  const inChannel = stage === 'approve' || found.some((each) => each?.kind === 'group');
  return [
    ...(inChannel ? [`${mark}#${tier.channel}`] : []),
    ...[...new Set(direct)].map((id) => `${mark}@${id}`),
  ];
}

/** Who gets it directly is not pinged in the channel as well. */
function mentionOf(address: Address | undefined, notify: Tier['notify']): Mention | undefined {
  if (!address || notify === 'none' || notify === 'dm') return undefined;
  if (address.kind === 'group') return { ping: { group: address.id }, said: address.name };
  return notify === 'mention' ? { ping: { user: address.id }, said: address.name } : undefined;
}

function isEmpty(address: Address | undefined): boolean {
  return address === undefined || (address.kind === 'group' && address.members.length === 0);
}

function presentOf(
  whose: readonly Who[],
  find: (who: Who) => Address | undefined,
  { requesters }: Proposal,
): number {
  const may = whose.filter((who) => who.kind !== 'email' || !requesters.includes(emailIdentity(who.email)));
  const ids = may.flatMap((who) => {
    const address = find(who);
    if (!address) return [];
    return address.kind === 'user' ? [address.id] : address.members;
  });
  return new Set(ids).size;
}
