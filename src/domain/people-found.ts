import { describeInterval } from './impact.ts';
import { describeWho, type Manifests, type Tier, type Who, type Workflow } from './manifest.ts';
import { emailIdentity, type Person } from './person.ts';

/** Somebody whom a manifest names, or whom a group has, as Slack knows them now. */
export interface FoundPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** IANA name. */
  readonly timezone: string;
  readonly standing: Person['standing'];
}

export interface Found {
  /** A group's members, or the person; empty: Slack knows nobody of that name. */
  readonly people: readonly FoundPerson[];
  /** Why nobody was found, in Slack's own word, where it gave one. */
  readonly refused?: string | undefined;
}

/** By {@link describeWho}: everybody whom the manifests name. */
export type PeopleFound = Readonly<Record<string, Found>>;

export interface HumanTier {
  readonly workflow: Workflow;
  readonly tier: Tier;
  readonly called: string;
}

/** A full member, as the one human that they are: who has two accounts counts once. */
export interface Decider {
  readonly human: string;
  readonly person: FoundPerson;
}

/** Who of a list is here and may decide; guests, strangers, bots and those who left may not. */
export function decidersOf(list: readonly Who[], found: PeopleFound, manifests: Manifests): Decider[] {
  return list
    .flatMap((who) => found[describeWho(who)]?.people ?? [])
    .filter(({ standing }) => standing === 'member')
    .map((person) => ({ human: humanOf(person, manifests), person }));
}

function humanOf({ id, email }: FoundPerson, { organisation }: Manifests): string {
  const isIt = (who: Who) =>
    who.kind === 'id' ? who.id === id : who.kind === 'email' && email !== null && sameEmail(who.email, email);
  const human = (organisation.samePerson ?? []).findIndex((names) => names.some(isIt));
  return human < 0 ? id : `human ${human}`;
}

function sameEmail(one: string, other: string): boolean {
  return emailIdentity(one) === emailIdentity(other);
}

export function countHumans(deciders: readonly Decider[]): number {
  return new Set(deciders.map(({ human }) => human)).size;
}

/** Who is left of a tier's people for what one agent proposes: its owner decides none of it. */
export function withoutOwner(
  deciders: readonly Decider[],
  owner: Who,
  found: PeopleFound,
  manifests: Manifests,
): Decider[] {
  const owners = new Set(decidersOf([owner], found, manifests).map(({ human }) => human));
  return deciders.filter(({ human }) => !owners.has(human));
}

/** The tiers in which people decide, each as it is called: `refunds (in 500.00–5000.00)`. */
export function humanTiers({ workflows, organisation }: Manifests): HumanTier[] {
  return Object.values(workflows).flatMap((workflow) =>
    workflow.tiers.flatMap((tier, index) => {
      const condition = tier.when === undefined ? '' : `, when ${tier.when}`;
      const interval = describeInterval(workflow, index, organisation.currency);
      return tier.decide === 'agent'
        ? []
        : [{ workflow, tier, called: `${workflow.id} (${interval}${condition})` }];
    }),
  );
}
