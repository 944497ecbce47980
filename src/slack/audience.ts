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
  const first = stage === 'approve' ? there.slice(0, tier.approvers.length) : there;
  return {
    targets:
      stage === undefined
        ? []
        : [
            ...targetsOf(tier, stage, first, notify),
            ...handedTo(proposal, stage),
            ...addedTo(proposal, stage, find),
          ],
    away: absences.filter(({ id }) => whose.some((who) => find(who)?.id === id)),
    people: (who) => find(who)?.name ?? describeWho(who),
    mention: (who) => (whose.includes(who) ? mentionOf(find(who), notify) : undefined),
    absent: whose.filter((who) => isEmpty(find(who))),
    turn: [...new Set([...there.flatMap(idsOf), ...handedTo(proposal, stage).map((each) => each.slice(1))])],
    present: presentOf(whose, find, proposal, absences, tier),
  };
}

function whoseTurn(tier: Tier, proposal: Proposal, stage: Stage): readonly Who[] {
  return stage === 'review' ? (tier.review?.by ?? []) : approversOf(tier, proposal);
}

/** Whom the escalation added is told directly, however the tier tells its own; long after it was due, by a list of all that waits. */
function addedTo({ added }: Proposal, stage: Stage, find: (who: Who) => Address | undefined): string[] {
  if (stage !== 'approve') return [];
  return added.filter(({ late }) => !late).flatMap(({ who }) => idsOf(find(who)).map((id) => `@${id}`));
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

/** In the place of who is away stands who was asked, where the tier lets them; nobody, where nobody was. */
function standIns(
  found: readonly (Address | undefined)[],
  absences: readonly Absence[],
  { delegates }: Tier,
): (Address | undefined)[] {
  const ids = new Set(found.flatMap(idsOf));
  return found.map((address) => {
    if (address?.kind !== 'user') return address;
    const there = whoIsThere(address, absences);
    const isLent = there !== address;
    return isLent && there && delegates === 'same_tier' && !ids.has(there.id) ? undefined : there;
  });
}

/** Who is away may have asked somebody who is away too; that leads nowhere twice. */
function whoIsThere(address: Address, absences: readonly Absence[]): Address | undefined {
  let at: Address | undefined = address;
  for (const _ of absences) {
    const away = absences.find(({ id }) => id === at?.id);
    if (!away) return at;
    at = away.delegate ? { kind: 'user', ...away.delegate } : undefined;
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
  const away = new Set(absences.filter(({ delegate }) => delegate === null).map(({ id }) => id));
  const ids = standIns(may.map(find), absences, tier).flatMap(idsOf);
  return new Set(ids.filter((id) => !away.has(id))).size;
}
