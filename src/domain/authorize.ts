import { capacityOf } from './capacity.ts';
import { type Confirmation, whyUnconfirmed } from './confirmation.ts';
import {
  describeWho,
  type Manifests,
  type OfferedAction,
  type System,
  type Tier,
  type Who,
} from './manifest.ts';
import { type Groups, isAmong, type Person, type StandIn } from './person.ts';
import type { Proposal } from './proposal.ts';
import { approversOf, isReviewable, standingVote, voteOfRight } from './votes.ts';

export interface CardAct {
  /** `review` is the second human's; `take_back` stops an approval before its write. */
  readonly kind: 'decide' | 'review' | 'take_back';
  readonly proposal: Proposal;
  readonly offered: OfferedAction;
  readonly tier: Tier;
  /** Of the card that was clicked. */
  readonly digest: string;
  /** To approve it, and how that was confirmed; left out: whether they may decide at all. */
  readonly approving?: Confirmation;
}

/** What somebody wants to do. Every door (button, modal, command, CLI) asks with one of these. */
export type Act =
  | CardAct
  /** Asks the agent something about its proposal. */
  | { readonly kind: 'ask'; readonly proposal: Proposal; readonly tier: Tier }
  /** Says that they are away, and who decides for them. */
  | { readonly kind: 'absence' }
  | {
      readonly kind:
        | 'audit'
        | 'status'
        | 'retry'
        | 'disable'
        | 'enable'
        | 'trust'
        | 'rollback'
        | 'drill'
        | 'override';
    }
  /** Says what became of a write that a person does by hand. */
  | { readonly kind: 'settle_manual'; readonly proposal: Proposal; readonly system: System }
  /** Says whether a write happened of which the program does not know. */
  | { readonly kind: 'resolve'; readonly system: System };

export type Permission =
  /** `for` is who is away and lends their right. */
  | { readonly allowed: true; readonly for?: StandIn | null }
  | { readonly allowed: false; readonly because: string };

const YES: Permission = { allowed: true };
const no = (because: string): Permission => ({ allowed: false, because });

/** The one place that says who may do what, from values alone. Whatever is not clearly allowed is refused, with who may. */
export function authorize(act: Act, person: Person, manifests: Manifests, groups: Groups): Permission {
  const standing = refuseStanding(act, person);
  if (standing) return standing;
  switch (act.kind) {
    case 'decide':
    case 'review':
    case 'take_back':
      return mayActOnCard(act, person, manifests, groups);
    case 'ask':
      return mayAsk(act, person, groups);
    case 'audit': {
      const readers = manifests.organisation.auditReaders;
      return readers === 'everyone' ? YES : among(person, readers, groups, 'read the audit');
    }
    case 'status':
      return YES;
    case 'retry':
      return among(person, manifests.organisation.operators, groups, 'have what was given up tried again');
    case 'absence':
      return among(person, deciders(manifests), groups, 'be away here: nobody waits for your decisions');
    case 'disable': {
      const may = switchers(manifests);
      // In doubt it is off: an on-call rotation is a group, and Slack may be what is down.
      return isAmong(person, may, groups) === 'unclear'
        ? YES
        : among(person, may, groups, 'switch agents off');
    }
    case 'enable':
      return among(person, manifests.organisation.operators, groups, 'switch agents on again');
    case 'settle_manual': {
      const may = settlers(act, manifests);
      const asked = refuseRequester(act, person, manifests, groups, 'say that this is done');
      if (asked) return no(`${asked} ${whoMay(may, person)}`);
      return among(person, may, groups, 'say what became of this');
    }
    case 'resolve':
      return among(person, settlers(act, manifests), groups, 'settle an unknown outcome');
    case 'rollback':
      return among(person, manifests.organisation.operators, groups, 'roll back');
    case 'drill':
      return among(person, manifests.organisation.operators, groups, 'order a drill');
    case 'override':
      return among(person, manifests.organisation.operators, groups, 'override the checklist');
    case 'trust':
      return among(
        person,
        manifests.organisation.operators,
        groups,
        'give an agent back what it may decide alone',
      );
  }
}

function refuseStanding(act: Act, person: Person): Permission | undefined {
  switch (person.standing) {
    case 'member':
      return undefined;
    case 'guest':
      return no(
        `Guests can't ${'proposal' in act ? 'decide' : 'use this'}. A full member of the workspace has to.`,
      );
    case 'stranger':
      return no("You belong to another workspace: only this company's own members can do this.");
    case 'deactivated':
      return no('Your account is deactivated.');
    case 'bot':
      return no('Only people can do this.');
  }
}

function mayActOnCard(act: CardAct, person: Person, manifests: Manifests, groups: Groups): Permission {
  const { proposal, tier } = act;
  const moment = refuseMoment(act);
  if (moment) return no(moment);
  if (proposal.digest === null || act.digest !== proposal.digest) {
    return no(
      `#${proposal.number} has changed since this card was shown. Look at its newest card and decide there.`,
    );
  }
  const may = act.kind === 'review' ? (tier.review?.by ?? []) : approversOf(tier, proposal);
  const asked = refuseRequester(act, person, manifests, groups, 'decide this');
  if (asked) return no(`${asked} ${whoMay(may, person)}`);
  if (act.kind === 'review' && standingVote(proposal, person)) {
    return no(
      `You decided #${proposal.number} already: the second human is another one. ${whoMay(may, person)}`,
    );
  }
  const spoken = voteOfRight(proposal, person.principal);
  if (spoken && act.kind !== 'take_back' && spoken.principal !== person.principal)
    return no(`${spoken.by.name} decided #${proposal.number} for you already.`);
  const permission = mayInSomeRight(act, person, may, groups);
  const unconfirmed = act.approving && whyUnconfirmed(tier, proposal, act.approving);
  return permission.allowed && unconfirmed ? no(unconfirmed) : permission;
}

/** Who asked for it: for whom it is, and who owns the agent, as it was proposed and as it is today, also through a group. */
function refuseRequester(
  { proposal }: { readonly proposal: Proposal },
  person: Person,
  { agents }: Manifests,
  groups: Groups,
  what: string,
): string | undefined {
  const owner = agents[proposal.agent]?.owner;
  const owns = owner ? isAmong(person, [owner], groups) : 'no';
  if (owns === 'unclear')
    return `Slack did not say whether you own this agent, so you can't ${what} now: please try again.`;
  return owns === 'yes' || person.identities.some((identity) => proposal.requesters.includes(identity))
    ? `You can't ${what}: it is proposed for you, or by an agent that you own.`
    : undefined;
}

function mayInSomeRight(act: CardAct, person: Person, may: readonly Who[], groups: Groups): Permission {
  const capacity = capacityOf(person, may, groups, act.proposal, act.tier);
  if (capacity.may === 'yes') return { allowed: true, for: capacity.for };
  if (capacity.may === 'not_for_others')
    return no(`Here only those decide for others who may decide it themselves. ${whoMay(may, person)}`);
  return among(person, may, groups, act.kind === 'review' ? 'review this' : 'decide this');
}

/** Why nobody could do this now. */
function refuseMoment({ kind, proposal, tier }: CardAct): string | undefined {
  const { number, state, review } = proposal;
  switch (kind) {
    case 'decide':
      if (tier.decide === 'agent') return `#${number} is decided by the agent's own tier.`;
      return state === 'pending' ? undefined : `#${number} is ${state.replace('_', ' ')} already.`;
    case 'review':
      if (!review) return `#${number} needs no review.`;
      if (review.state !== 'awaiting') return `The review of #${number} is over: ${review.state}.`;
      return isReviewable(proposal)
        ? undefined
        : `#${number} is ${state.replace('_', ' ')}: there is nothing to review now.`;
    case 'take_back':
      return state === 'approved'
        ? undefined
        : `#${number} can't be taken back: it is ${state.replace('_', ' ')}.`;
  }
}

type AskAct = Extract<Act, { kind: 'ask' }>;

/** Whoever may decide it at either stage, in their own right or for who is away. */
function mayAsk(act: AskAct, person: Person, groups: Groups): Permission {
  const { proposal, tier } = act;
  const stages = [approversOf(tier, proposal), tier.review?.by ?? []];
  const isLent = stages.some((list) => capacityOf(person, list, groups, proposal, tier).may === 'yes');
  return isLent ? YES : among(person, askers(act), groups, 'ask about this');
}

/** Who may decide it, at either stage, also since a step of the escalation added them. */
function askers({ proposal, tier }: AskAct): Who[] {
  return [...approversOf(tier, proposal), ...(tier.review?.by ?? [])];
}

/** Who may come to decide something, also by a step of an escalation. */
function deciders({ workflows }: Manifests): Who[] {
  return Object.values(workflows).flatMap(({ tiers }) =>
    tiers.flatMap((tier) => [
      ...tier.approvers,
      ...(tier.review?.by ?? []),
      ...tier.escalate.flatMap(({ add }) => add),
    ]),
  );
}

/** Anybody who could be the first to notice may pull the switch. */
function switchers(manifests: Manifests): Who[] {
  const { organisation, agents, systems, workflows } = manifests;
  return [
    ...organisation.operators,
    ...Object.values(agents).map((agent) => agent.owner),
    ...Object.values(systems).flatMap((system) => [system.owner, system.onCall]),
    ...Object.values(workflows).map((workflow) => workflow.owner),
    ...deciders(manifests),
  ];
}

/** Who answers for the system; operators too, since who answers for it may be who asked. */
function settlers(act: Extract<Act, { system: System }>, { organisation }: Manifests): Who[] {
  const { owner, onCall } = act.system;
  return [...(act.kind === 'resolve' ? [onCall] : [owner, onCall]), ...organisation.operators];
}

function among(person: Person, list: readonly Who[], groups: Groups, what: string): Permission {
  switch (isAmong(person, list, groups)) {
    case 'yes':
      return YES;
    case 'unclear':
      return no(
        'Slack did not say who is in the group that may do this. Nothing was done: please try again in a moment.',
      );
    case 'no':
      return no(`You may not ${what}. ${whoMay(list, person)}`);
  }
}

function whoMay(list: readonly Who[], { names: known = {} }: Person): string {
  const names = [...new Set(list.map(describeWho).map((who) => known[who] ?? who))];
  return names.length === 0 ? 'Nobody may.' : `${names.join(' or ')} may.`;
}

/** Who may do it at all, as the manifests name them; empty: everybody may. */
export function whoMayDo(act: Act, manifests: Manifests): readonly Who[] {
  switch (act.kind) {
    case 'decide':
    case 'take_back':
      return approversOf(act.tier, act.proposal);
    case 'review':
      return act.tier.review?.by ?? [];
    case 'ask':
      return askers(act);
    case 'audit':
      return manifests.organisation.auditReaders === 'everyone' ? [] : manifests.organisation.auditReaders;
    case 'status':
      return [];
    case 'absence':
      return deciders(manifests);
    case 'disable':
      return switchers(manifests);
    case 'settle_manual':
    case 'resolve':
      return settlers(act, manifests);
    case 'enable':
    case 'retry':
    case 'trust':
    case 'rollback':
    case 'drill':
    case 'override':
      return manifests.organisation.operators;
  }
}

/** The groups that must be looked up before {@link authorize} can answer. */
export function groupsNeeded(act: Act, manifests: Manifests): string[] {
  const owner = 'proposal' in act ? manifests.agents[act.proposal.agent]?.owner : undefined;
  const list = [...whoMayDo(act, manifests), ...(owner ? [owner] : [])];
  return [...new Set(list.flatMap((who) => (who.kind === 'group' ? [who.handle] : [])))];
}
