import { describeWho, type Tier, type Who } from '../domain/manifest.ts';
import { emailIdentity } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { approversOf, isReviewable } from '../domain/votes.ts';
import { type Absence, listAbsences } from '../store/absences.ts';
import type { Address } from './addresses.ts';
import type { CardView } from './cards/card-view.ts';
import type { Mention } from './cards/pieces.ts';
import type { Posting } from './session.ts';

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
  /** Whose turn it is, and who has said that they are away. */
  readonly away: readonly Absence[];
  /** Whose turn it is and who is not there: they left, or their group is empty. */
  readonly absent: readonly Who[];
  /** How many of those whose turn it is are there and may. */
  readonly present: number;
  /** The Slack ids of those whose turn it is. */
  readonly turn: readonly string[];
}

/** Where the cards of a proposal belong now, and how those are named who stand on them. */
export async function audienceOf(
  { addresses, context }: Pick<Posting, 'addresses' | 'context'>,
  view: CardView,
): Promise<Audience> {
  const { proposal, tier, owner } = view;
  const known = new Map<string, Address | undefined>();
  const named = [...approversOf(tier, proposal), ...(tier.review?.by ?? []), ...(owner ? [owner] : [])];
  await Promise.all(named.map(async (who) => known.set(describeWho(who), await addresses.find(who))));
  const absences = await listAbsences(context.database);
  const find = (who: Who) => known.get(describeWho(who));
  const stage = stageOf(proposal);
  const whose = stage === undefined ? [] : whoseTurn(tier, proposal, stage);
  const notify = stage === 'review' ? undefined : tier.notify;
  const there = standIns(whose.map(find), absences, tier);
  // Whom the escalation added stands after the tier's own.
  const own = stage === 'approve' ? tier.approvers.length : there.length;
  return {
    targets:
      stage === undefined
        ? []
        : [
            ...targetsOf(tier, stage, there.slice(0, own), notify),
            ...handedTo(proposal, stage),
            ...addedTo(proposal, there.slice(own)),
          ],
    away: absences.filter((each) => whose.some((who) => isAwayFrom(find(who), each))),
    people: (who) => find(who)?.name ?? describeWho(who),
    mention: (who) => {
      const at = whose.indexOf(who);
      return at < 0 ? undefined : mentionOf(find(who), there[at], notify);
    },
    absent: whose.filter((who) => isEmpty(find(who))),
    turn: [...new Set([...there.flatMap(idsOf), ...handedTo(proposal, stage).map((each) => each.slice(1))])],
    present: presentOf(whose, find, proposal, absences, tier),
  };
}

/** Whose turn it may be under a tier, by a Slack id: who may decide from the beginning or by escalation, and in the place of whom who was asked. */
export async function mayBeTurnOf(
  { addresses, context }: Pick<Posting, 'addresses' | 'context'>,
  { approvers, escalate }: Tier,
  to: string,
): Promise<boolean> {
  const named = [...approvers, ...escalate.flatMap(({ add }) => add)];
  const [absences, ...found] = await Promise.all([
    listAbsences(context.database),
    ...named.map((who) => addresses.find(who)),
  ]);
  return found.some((address) =>
    idsOf(address).some((id) => id === to || whoIsThere({ id, name: '' }, absences)?.id === to),
  );
}

/** The Slack ids of whom a step of the escalation adds, without who is away, and with who was asked in their place. */
export async function idsOfAdded(
  { addresses, context }: Pick<Posting, 'addresses' | 'context'>,
  added: readonly Who[],
  tier: Tier,
): Promise<string[]> {
  const find = (who: Who) => addresses.find(who);
  const [absences, found, own] = await Promise.all([
    listAbsences(context.database),
    Promise.all(added.map(find)),
    Promise.all(tier.approvers.map(find)),
  ]);
  const there = standIns([...own, ...found], absences, tier).slice(own.length);
  return [...new Set(there.flatMap(idsOf))];
}

function whoseTurn(tier: Tier, proposal: Proposal, stage: Stage): readonly Who[] {
  return stage === 'review' ? (tier.review?.by ?? []) : approversOf(tier, proposal);
}

/** Whom the escalation added is told directly, however the tier tells its own; long after it was due, by a list of all that waits. */
function addedTo({ added }: Proposal, there: readonly (There | undefined)[]): string[] {
  return there.flatMap((each, at) => (added[at]?.late ? [] : idsOf(each).map((id) => `@${id}`)));
}

/**
 * The channel has it in any case; people get it directly unless the tier says that they are mentioned, or nothing. Who stands in for a
 * member of a group that is mentioned is not pinged with it: they get it directly.
 */
function targetsOf(
  tier: Tier,
  stage: Stage,
  found: readonly (There | undefined)[],
  notify: Tier['notify'],
): string[] {
  const mark = stage === 'review' ? REVIEW : '';
  const direct = found.flatMap((each) => {
    if (!each || notify === 'none') return [];
    if (each.kind === 'user') return notify === 'mention' ? [] : [each.id];
    return notify === 'dm' ? each.members : each.lent;
  });
  const inChannel = stage === 'approve' || found.some((each) => each?.kind === 'group');
  return [
    ...(inChannel ? [`${mark}#${tier.channel}`] : []),
    ...[...new Set(direct)].map((id) => `${mark}@${id}`),
  ];
}

/** Who gets it directly is not pinged in the channel as well; nor is who is away, but who is there in their place. */
function mentionOf(
  address: Address | undefined,
  there: There | undefined,
  notify: Tier['notify'],
): Mention | undefined {
  if (!address || notify === 'none' || notify === 'dm') return undefined;
  if (address.kind === 'group') return { ping: { group: address.id }, said: address.name };
  return notify === 'mention' && there ? { ping: { user: there.id }, said: there.name } : undefined;
}

/** Of a group only who has asked somebody in their place is told of: the others are there. */
function isAwayFrom(address: Address | undefined, { id, delegate }: Absence): boolean {
  if (address?.kind === 'group') return delegate !== null && address.members.includes(id);
  return address?.id === id;
}

function isEmpty(address: Address | undefined): boolean {
  return address === undefined || (address.kind === 'group' && address.members.length === 0);
}

/** Who of an address is there. `lent`: those who stand in for a member of the group and are none themselves. */
type There =
  | Extract<Address, { kind: 'user' }>
  | (Extract<Address, { kind: 'group' }> & { readonly lent: readonly string[] });

/** In the place of who is away stands who was asked, where the tier lets them; nobody, where nobody was. Also of the members of a group. */
function standIns(
  found: readonly (Address | undefined)[],
  absences: readonly Absence[],
  { delegates }: Pick<Tier, 'delegates'>,
): (There | undefined)[] {
  const ids = new Set(found.flatMap(idsOf));
  const inPlaceOf = (named: Named): Named | undefined => {
    const there = whoIsThere(named, absences);
    const isLent = there !== named;
    return isLent && there && delegates === 'same_tier' && !ids.has(there.id) ? undefined : there;
  };
  return found.map((address): There | undefined => {
    if (!address) return undefined;
    if (address.kind === 'user') {
      const there = inPlaceOf(address);
      return there && { kind: 'user', id: there.id, name: there.name };
    }
    const members = [...new Set(address.members.flatMap((id) => inPlaceOf({ id, name: id })?.id ?? []))];
    return { ...address, members, lent: members.filter((id) => !address.members.includes(id)) };
  });
}

type Named = Pick<Address, 'id' | 'name'>;

/** Who is away may have asked somebody who is away too; that leads nowhere twice. */
function whoIsThere(named: Named, absences: readonly Absence[]): Named | undefined {
  let at: Named | undefined = named;
  for (const _ of absences) {
    const away = absences.find(({ id }) => id === at?.id);
    if (!away) return at;
    at = away.delegate ?? undefined;
  }
  return at;
}

function idsOf(address: Address | undefined): readonly string[] {
  if (!address) return [];
  return address.kind === 'user' ? [address.id] : address.members;
}

function handedTo({ handovers }: Proposal, stage: Stage | undefined): string[] {
  return stage === 'approve' ? handovers.map(({ toId }) => `@${toId}`) : [];
}

function presentOf(
  whose: readonly Who[],
  find: (who: Who) => Address | undefined,
  { requesters }: Proposal,
  absences: readonly Absence[],
  tier: Tier,
): number {
  const may = whose.filter((who) => who.kind !== 'email' || !requesters.includes(emailIdentity(who.email)));
  return new Set(standIns(may.map(find), absences, tier).flatMap(idsOf)).size;
}
