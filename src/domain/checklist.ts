import { peopleLines, SLACK_SILENT } from './checklist-people.ts';
import { connectorPrint } from './drill-record.ts';
import { overdueDates } from './due-dates.ts';
import { describeWho, type Manifests, type System, type Who } from './manifest.ts';
import type { PeopleFound } from './people-found.ts';

/** One line of the pre-launch checklist. `unasked`: it can't be computed from where it was asked. */
export interface ChecklistLine {
  readonly what: string;
  readonly state: 'green' | 'red' | 'unasked';
  readonly evidence: string;
}

/** What people have written by hand of one action, and whether its system shows the same, where it can be read. */
export interface HandTally {
  readonly action: string;
  readonly done: number;
  readonly agreed: number;
  readonly differed: number;
  readonly notDone: number;
}

/** What the database and Slack say; the rest stands in the manifests. */
export interface ChecklistFacts {
  readonly now: Date;
  /** How long an account's audit took to answer, just now. */
  readonly auditMs: number;
  /** The newest finished drill of each system. */
  readonly drills: Readonly<Record<string, LastDrill>>;
  /** When the first write started; null: there was none yet. */
  readonly liveSince: Date | null;
  /** Who overrode the first 30 days, and why. */
  readonly override: { readonly by: string; readonly because: string } | null;
  /** The login may change what it must not: it owns the tables. */
  readonly ownsTables: boolean;
  readonly keyInDatabase: boolean;
  readonly byHand: readonly HandTally[];
  /** By system, where its manifest says how to ask: why its credential is not what the manifest says; null: it is. */
  readonly proofs: Readonly<Record<string, string | null>>;
  /** Channels that the bot is not in; null: Slack was not asked. */
  readonly channelsMissing: readonly string[] | null;
  /** Everybody whom the manifests name; null: Slack was not asked, or did not say. */
  readonly people: PeopleFound | null;
}

export interface LastDrill {
  readonly number: number;
  readonly at: Date;
  readonly passed: boolean;
  /** What the connector was then. */
  readonly connector: string | null;
}

const DAY_MS = 86_400_000;
const FIRST_DAYS = 30;

export function computeChecklist(manifests: Manifests, facts: ChecklistFacts): ChecklistLine[] {
  return [
    inventory(manifests),
    credentials(manifests, facts.now),
    proved(manifests, facts),
    line(
      'Audit answered in under 60 s',
      facts.auditMs < 60_000,
      `an account's took ${Math.ceil(facts.auditMs)} ms just now`,
    ),
    drilled(manifests, facts),
    thresholds(manifests, facts.now),
    firstDays(manifests, facts),
    operators(manifests),
    line(
      'Application role',
      !facts.ownsTables,
      facts.ownsTables
        ? 'the login owns the tables: give DATABASE_URL a login of its own, and MIGRATE_DATABASE_URL the owner’s'
        : 'the login does not own the tables',
    ),
    line(
      'Signing key outside the database',
      !facts.keyInDatabase,
      facts.keyInDatabase ? 'it is kept in the database: set AUDIT_SIGNING_KEY' : 'AUDIT_SIGNING_KEY is set',
    ),
    channels(facts),
    ...peopleLines(manifests, facts.people, facts.now),
    manual(manifests, facts.now),
    agreement(facts),
  ];
}

function line(what: string, isGreen: boolean, evidence: string): ChecklistLine {
  return { what, state: isGreen ? 'green' : 'red', evidence };
}

function listed(problems: readonly string[], what: string, fine: string): ChecklistLine {
  return line(what, problems.length === 0, problems.length === 0 ? fine : problems.join('; '));
}

/** The manifests do not load without owner, scope and rollback contact: that is how it is known. */
function inventory({ systems }: Manifests): ChecklistLine {
  const all = Object.values(systems);
  const told = all.map(({ id, owner, rollbackContact, read, write }) => {
    const scopes = Object.keys({ ...read, ...write }).length;
    return `${id}: ${scopes} scopes, owner ${describeWho(owner)}, rollback ${describeWho(rollbackContact)}`;
  });
  const without = all.flatMap(({ id, read, write }) =>
    Object.keys({ ...read, ...write }).length === 0 ? [`${id} has no scope`] : [],
  );
  if (all.length === 0) return line('Inventory complete', false, 'there is no system');
  return listed(without, 'Inventory complete', told.join('; '));
}

function credentials(manifests: Manifests, now: Date): ChecklistLine {
  const { systems, agents } = manifests;
  const used = new Map<string, string>();
  const problems: string[] = [];
  const take = (holder: string, secrets: readonly object[]) => {
    for (const secret of secrets) {
      const key = JSON.stringify(secret);
      const other = used.get(key);
      if (other !== undefined && other !== holder) problems.push(`${holder} shares its secret with ${other}`);
      used.set(key, holder);
    }
  };
  for (const { id, credential } of Object.values(systems)) {
    if (!credential) continue;
    take(id, credential.secrets);
    if (credential.account.includes('@') || /admin|root/i.test(credential.account))
      problems.push(`${id} uses ${credential.account}, a person's or an admin's`);
    if (credential.lastRotated === undefined || credential.rotateEveryMs === undefined)
      problems.push(`${id} does not say last_rotated and rotate_every`);
  }
  for (const { id, sandbox } of Object.values(systems))
    if (sandbox) take(`the sandbox of ${id}`, sandbox.system.credential?.secrets ?? []);
  for (const { id, keys, keyRotation } of Object.values(agents)) {
    take(id, keys);
    if (!keyRotation) problems.push(`${id} does not say last_rotated and rotate_every`);
  }
  for (const { name, what, since } of overdueDates(manifests, now))
    if (what === 'rotation')
      problems.push(`${name}'s secret was due to be rotated on ${since.toISOString().slice(0, 10)}`);
  return listed(
    problems,
    'Credentials scoped, unshared, rotated in time',
    `${used.size} secrets, each one holder’s`,
  );
}

/** The system itself says whose credential it is; where no manifest says how to ask, nobody knows. */
function proved({ systems }: Manifests, { proofs }: ChecklistFacts): ChecklistLine {
  const what = 'Credentials proved by their systems';
  const asked = Object.keys(proofs);
  const rest = Object.values(systems).flatMap(({ id, credential, connector }) =>
    credential && connector.type !== 'queue' && !asked.includes(id) ? [id] : [],
  );
  const without = rest.length > 0 ? `; no credential.prove: ${rest.join(', ')}` : '';
  if (asked.length === 0) return { what, state: 'unasked', evidence: `nothing to ask${without}` };
  const problems = Object.entries(proofs).flatMap(([id, why]) => (why === null ? [] : [`${id}: ${why}`]));
  const fine = `${asked.join(', ')}: each is what its manifest says${without}`;
  return listed(problems, what, fine);
}

function drilled(manifests: Manifests, { drills, now }: ChecklistFacts): ChecklistLine {
  const { drillable, byOthers } = waysBack(manifests);
  const problems = drillable.flatMap((system) => {
    const why = whyNotDrilled(manifests, system, drills[system.id], now);
    return why === undefined ? [] : [`${system.id}: ${why}`];
  });
  const days = drillEveryMs(manifests) / DAY_MS;
  const told = drillable.map(({ id }) => {
    const drill = drills[id];
    return `${id}: drill ${drill?.number} on ${drill?.at.toISOString().slice(0, 10)}`;
  });
  const others = byOthers.map(({ id }) => `${id} is undone by its own hand: try that there`);
  return listed(problems, 'Rollback drilled', [`each within ${days} days`, ...told, ...others].join('; '));
}

function drillEveryMs({ organisation }: Manifests): number {
  return organisation.drillEveryMs ?? 90 * DAY_MS;
}

/** Systems that something can be undone in: by us, or by a person or the system itself, which no drill of ours shows. */
function waysBack({ systems }: Manifests): { drillable: System[]; byOthers: System[] } {
  const all = Object.values(systems).filter(({ actions }) => Object.values(actions).some(({ undo }) => undo));
  const isOurs = ({ connector }: System) => connector.type === 'http' || connector.type === 'mcp';
  return { drillable: all.filter(isOurs), byOthers: all.filter((system) => !isOurs(system)) };
}

/** Why a system's way back is not to be counted on; undefined: it was tried, in time, with the connector as it is now. */
function whyNotDrilled(
  manifests: Manifests,
  system: System,
  drill: LastDrill | undefined,
  now: Date,
): string | undefined {
  if (!drill)
    return system.sandbox ? 'no drill is on record' : 'no drill is on record, and it has no sandbox';
  const day = drill.at.toISOString().slice(0, 10);
  if (!drill.passed) return `drill ${drill.number} failed on ${day}`;
  if (drill.connector !== connectorPrint(system))
    return `its connector has changed since drill ${drill.number}`;
  return now.getTime() - drill.at.getTime() > drillEveryMs(manifests) ? `last on ${day}` : undefined;
}

/** What the status warns of: every system whose last drill failed, is too old, or was of another connector, with why. */
export function drillsDue(manifests: Manifests, drills: ChecklistFacts['drills'], now: Date): string[] {
  return waysBack(manifests).drillable.flatMap((system) => {
    const why = whyNotDrilled(manifests, system, drills[system.id], now);
    return why === undefined ? [] : [`${system.id}: ${why}`];
  });
}

function thresholds({ workflows }: Manifests, now: Date): ChecklistLine {
  const all = Object.values(workflows);
  const ahead = all.flatMap(({ id, agreed }) =>
    Date.parse(agreed.date) > now.getTime() ? [`${id} is agreed only on ${agreed.date}`] : [],
  );
  const told = all.map(({ id, agreed }) => `${id}: ${describeWho(agreed.by)}, ${agreed.date}`);
  if (all.length === 0) return line('Thresholds agreed', false, 'there is no workflow');
  return listed(ahead, 'Thresholds agreed', told.join('; '));
}

function firstDays({ workflows, systems }: Manifests, facts: ChecklistFacts): ChecklistLine {
  const what = `One workflow, system and approver in the first ${FIRST_DAYS} days`;
  const { liveSince, now, override } = facts;
  const days = liveSince ? Math.floor((now.getTime() - liveSince.getTime()) / DAY_MS) : 0;
  if (days >= FIRST_DAYS) return line(what, true, `live for ${days} days`);
  const approvers = new Set(
    Object.values(workflows).flatMap(({ tiers }) => tiers.flatMap((tier) => tier.approvers.map(nameOf))),
  );
  const counts = [
    [Object.keys(workflows).length, 'workflows'],
    [Object.keys(systems).length, 'systems'],
    [approvers.size, 'approvers'],
  ] as const;
  const many = counts.filter(([count]) => count > 1).map(([count, noun]) => `${count} ${noun}`);
  if (many.length > 0 && override)
    return line(what, true, `${many.join(', ')}: overridden by ${override.by}, because ${override.because}`);
  const live = liveSince ? `day ${days + 1}` : 'not live yet';
  return listed(many.length > 0 ? [`${live}, ${many.join(', ')}`] : [], what, live);
}

function nameOf(who: Who): string {
  return describeWho(who);
}

/** A group counts as two: its members are Slack's to say, and each act still needs two people. */
function operators({ organisation }: Manifests): ChecklistLine {
  const count = organisation.operators.reduce((sum, who) => sum + (who.kind === 'group' ? 2 : 1), 0);
  return line(
    'Two operators',
    count >= 2,
    organisation.operators.map(describeWho).join(', ') || 'there is none',
  );
}

function channels({ channelsMissing }: ChecklistFacts): ChecklistLine {
  const what = 'The bot is in every channel';
  if (channelsMissing === null) return { what, state: 'unasked', evidence: SLACK_SILENT };
  return listed(
    channelsMissing.map((name) => `not in #${name}`),
    what,
    'Slack says so',
  );
}

function manual(manifests: Manifests, now: Date): ChecklistLine {
  const late = overdueDates(manifests, now).flatMap(({ name, what, since }) =>
    what === 'by_hand' ? [`${name} was to be written by hand until ${since.toISOString().slice(0, 10)}`] : [],
  );
  return listed(late, 'Nothing by hand past its time', 'no manual connector is past its until');
}

/** What the decision after the first 90 days is made of: does a write by hand end as it was proposed? */
function agreement({ byHand }: ChecklistFacts): ChecklistLine {
  const what = 'What is done by hand ends as it was proposed';
  if (byHand.length === 0) return { what, state: 'unasked', evidence: 'nothing was done by hand yet' };
  const told = byHand.map(({ action, done, agreed, differed, notDone }) => {
    const read = agreed + differed;
    const share = read > 0 ? ` (${Math.floor((agreed * 100) / read)} % of what could be read)` : '';
    return `${action}: ${done} done, ${agreed} the same in the system${share}, ${differed} otherwise, ${done - read} not to be read; ${notDone} could not be done`;
  });
  return line(
    what,
    byHand.every(({ differed }) => differed === 0),
    told.join('; '),
  );
}
