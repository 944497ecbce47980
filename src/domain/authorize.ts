import { describeWho, type Manifests, type OfferedAction, type Tier, type Who } from './manifest.ts';
import { type Groups, isAmong, type Person } from './person.ts';
import { isOpen, type Proposal } from './proposal.ts';

/** What somebody wants to do. Every door (button, modal, command, CLI) asks with one of these. */
export type Act =
  | {
      readonly kind: 'decide';
      readonly proposal: Proposal;
      readonly offered: OfferedAction;
      readonly tier: Tier;
      readonly digest: string;
    }
  | { readonly kind: 'audit' | 'status' | 'disable' | 'enable' };

export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly because: string };

const YES: Permission = { allowed: true };
const no = (because: string): Permission => ({ allowed: false, because });

/** The one place that says who may do what, from values alone. Whatever is not clearly allowed is refused, with who may. */
export function authorize(act: Act, person: Person, manifests: Manifests, groups: Groups): Permission {
  const standing = refuseStanding(act, person);
  if (standing) return standing;
  switch (act.kind) {
    case 'decide':
      return mayDecide(act, person, groups);
    case 'audit': {
      const readers = manifests.organisation.auditReaders;
      return readers === 'everyone' ? YES : among(person, readers, groups, 'read the audit');
    }
    case 'status':
      return YES;
    case 'disable':
      return among(person, switchers(manifests), groups, 'switch agents off');
    case 'enable':
      return among(person, manifests.organisation.operators, groups, 'switch agents on again');
  }
}

function refuseStanding(act: Act, person: Person): Permission | undefined {
  switch (person.standing) {
    case 'member':
      return undefined;
    case 'guest':
      return no(
        `Guests can't ${act.kind === 'decide' ? 'decide' : 'use this'}. A full member of the workspace has to.`,
      );
    case 'stranger':
      return no("You belong to another workspace: only this company's own members can do this.");
    case 'deactivated':
      return no('Your account is deactivated.');
    case 'bot':
      return no('Only people can do this.');
  }
}

function mayDecide(act: Extract<Act, { kind: 'decide' }>, person: Person, groups: Groups): Permission {
  const { proposal, tier } = act;
  if (!isOpen(proposal.state)) return no(`#${proposal.number} is ${proposal.state} already.`);
  if (tier.decide === 'agent') return no(`#${proposal.number} is decided by the agent's own tier.`);
  if (proposal.digest === null || act.digest !== proposal.digest) {
    return no(
      `#${proposal.number} has changed since this card was shown. Look at its newest card and decide there.`,
    );
  }
  if (person.identities.some((identity) => proposal.requesters.includes(identity))) {
    return no(
      `You can't decide this: it is proposed for you, or by an agent that you own. ${whoMay(tier.approvers)}`,
    );
  }
  return among(person, tier.approvers, groups, 'decide this');
}

/** Anybody who could be the first to notice may pull the switch. */
function switchers(manifests: Manifests): Who[] {
  const { organisation, agents, systems, workflows } = manifests;
  return [
    ...organisation.operators,
    ...Object.values(agents).map((agent) => agent.owner),
    ...Object.values(systems).flatMap((system) => [system.owner, system.onCall]),
    ...Object.values(workflows).flatMap((workflow) => [
      workflow.owner,
      ...workflow.tiers.flatMap((tier) => tier.approvers),
    ]),
  ];
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
      return no(`You may not ${what}. ${whoMay(list)}`);
  }
}

function whoMay(list: readonly Who[]): string {
  const names = [...new Set(list.map(describeWho))];
  return names.length === 0 ? 'Nobody may.' : `${names.join(' or ')} may.`;
}

/** The groups that must be looked up before {@link authorize} can answer. */
export function groupsNeeded(act: Act, manifests: Manifests): string[] {
  const list = (): readonly Who[] => {
    switch (act.kind) {
      case 'decide':
        return act.tier.approvers;
      case 'audit':
        return manifests.organisation.auditReaders === 'everyone' ? [] : manifests.organisation.auditReaders;
      case 'status':
        return [];
      case 'disable':
        return switchers(manifests);
      case 'enable':
        return manifests.organisation.operators;
    }
  };
  return [...new Set(list().flatMap((who) => (who.kind === 'group' ? [who.handle] : [])))];
}
