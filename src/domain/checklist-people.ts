import type { ChecklistLine } from './checklist.ts';
import { addTime, nextWorkTime, type WorkClock } from './clock.ts';
import { clockOf } from './deadlines.ts';
import { formatTime } from './format-time.ts';
import { describeWho, type Manifests, type Who } from './manifest.ts';
import { everybodyNamed } from './named.ts';
import { saturdayNight } from './nights.ts';
import {
  countHumans,
  type Decider,
  decidersOf,
  type Found,
  type HumanTier,
  humanTiers,
  type PeopleFound,
  withoutOwner,
} from './people-found.ts';

/** The command was given no token, Slack is away, or it does not let us ask. */
export const SLACK_SILENT = 'Slack was not asked (SLACK_BOT_TOKEN), or did not say';

const THERE = 'Everybody who is named is there';
const ENOUGH = 'Enough people for every decision';
const NIGHT = 'Somebody decides on a Saturday at 03:00';

/** What Slack has to be asked for: whether those who are named are there, are enough, and are called in time. */
export function peopleLines(manifests: Manifests, found: PeopleFound | null, now: Date): ChecklistLine[] {
  if (found === null)
    return [THERE, ENOUGH, NIGHT].map((what) => ({ what, state: 'unasked', evidence: SLACK_SILENT }));
  return [there(manifests, found), enough(manifests, found), night(manifests, found, now)];
}

function line(what: string, problems: readonly string[], fine: string): ChecklistLine {
  return {
    what,
    state: problems.length === 0 ? 'green' : 'red',
    evidence: problems.length === 0 ? fine : [...new Set(problems)].join('; '),
  };
}

function there(manifests: Manifests, found: PeopleFound): ChecklistLine {
  const named = new Map(everybodyNamed(manifests).map((who) => [describeWho(who), who]));
  const problems = [...named].flatMap(([name, who]) => {
    const why = whyNotThere(who, found[name] ?? { people: [] });
    return why === undefined ? [] : [`${name} ${why}`];
  });
  return line(THERE, problems, `${named.size} people and groups, as Slack has them now`);
}

const NOT_MEMBERS = {
  guest: 'a guest, who decides nothing',
  stranger: 'of another workspace',
  deactivated: 'deactivated',
  bot: 'a bot',
} as const;

function whyNotThere(who: Who, { people, refused }: Found): string | undefined {
  const absent = people.flatMap(({ name, standing }) =>
    standing === 'member' ? [] : [{ name, is: NOT_MEMBERS[standing] }],
  );
  if (people.length > absent.length) return undefined;
  if (who.kind !== 'group')
    return absent[0]
      ? `is ${absent[0].is}`
      : `is no member whom Slack knows${refused ? ` (${refused})` : ': they left, or the name is wrong'}`;
  if (absent.length > 0)
    return `has no full member: ${absent.map(({ name, is }) => `${name} is ${is}`).join(', ')}`;
  return refused ? `can't be looked up (${refused})` : 'is empty, or there is no such group';
}

/** An agent's owner decides nothing of it, nobody decides twice, and the second human is another one. */
function enough(manifests: Manifests, found: PeopleFound): ChecklistLine {
  const tiers = humanTiers(manifests);
  const problems = tiers.flatMap((each) => {
    const approvers = decidersOf(each.tier.approvers, found, manifests);
    const reviewers = decidersOf(each.tier.review?.by ?? [], found, manifests);
    const lacks = whyTooFew(each, approvers, reviewers);
    if (lacks) return [`${each.called}: ${lacks}`];
    return ownersOf(manifests, each).flatMap(({ agent, owner }) => {
      const less = [approvers, reviewers].map((all) => withoutOwner(all, owner, found, manifests));
      const why = whyTooFew(each, less[0] ?? [], less[1] ?? []);
      return why ? [`${each.called}: ${why} without ${describeWho(owner)}, who owns ${agent}`] : [];
    });
  });
  return line(
    ENOUGH,
    problems,
    tiers
      .map(({ called, tier }) => {
        const count = countHumans(decidersOf(tier.approvers, found, manifests));
        return `${called}: ${count} may approve${tier.approvals > 1 ? `, ${tier.approvals} have to` : ''}`;
      })
      .join('; ') || 'people decide nothing',
  );
}

function ownersOf({ agents }: Manifests, { workflow }: HumanTier): { agent: string; owner: Who }[] {
  return Object.values(agents)
    .filter(({ may }) => may.some((action) => workflow.actions.includes(action)))
    .map(({ id, owner }) => ({ agent: id, owner }));
}

function whyTooFew(
  { tier }: HumanTier,
  approvers: readonly Decider[],
  reviewers: readonly Decider[],
): string | undefined {
  const may = countHumans(approvers);
  if (may < tier.approvals)
    return may === 0 ? 'nobody may approve' : `${may} may approve, ${tier.approvals} have to`;
  if (!tier.review) return undefined;
  if (countHumans(reviewers) === 0) return 'nobody may review';
  return countHumans([...approvers, ...reviewers]) <= tier.approvals
    ? 'who approves is the only one who may review'
    : undefined;
}

/** By each one's own clock on the wall: who is at work, or is paged, before it is late (or expires, where it has no SLA). */
function night(manifests: Manifests, found: PeopleFound, now: Date): ChecklistLine {
  const { businessHours: hours, timezone } = manifests.organisation;
  const tiers = humanTiers(manifests);
  if (!hours)
    return {
      what: NIGHT,
      state: 'unasked',
      evidence: 'org.yml has no business_hours: who sleeps is unknown',
    };
  const from = saturdayNight(now, timezone);
  const problems = tiers.flatMap((each) => {
    const { tier } = each;
    const late = after(manifests, each, from, tier.slaMs ?? tier.expiresMs);
    const reached = reachedAt(manifests, each, found, from, late)[tier.approvals - 1];
    if (reached && reached.at <= late) return [];
    const first = reached ? `${reached.name} is the first, ${formatTime(reached.at, timezone)}` : 'nobody is';
    const end = tier.slaMs === undefined ? 'it expires' : 'it is late';
    return [
      `${each.called}: ${end} ${formatTime(late, timezone)} and nobody is at work or paged before; ${first}`,
    ];
  });
  return line(NIGHT, problems, `from ${formatTime(from, timezone)}, by each one’s own zone and the pages`);
}

interface Reached {
  readonly human: string;
  readonly name: string;
  readonly at: Date;
}

/** When each of those who may decide by then is called, the first of all first. */
function reachedAt(
  manifests: Manifests,
  each: HumanTier,
  found: PeopleFound,
  from: Date,
  late: Date,
): Reached[] {
  const { tier } = each;
  const calls = [{ whose: tier.approvers, at: from, page: false }];
  for (const { afterMs, add, page } of tier.escalate) {
    const at = after(manifests, each, from, afterMs);
    // Who is paged is who the step adds, or else all whose turn it is by then.
    const whose = add.length > 0 ? add : calls.flatMap((call) => call.whose);
    if (at < late) calls.push({ whose, at, page });
  }
  const all = calls.flatMap(({ whose, at, page }) =>
    decidersOf(whose, found, manifests).map(({ human, person }) => ({
      human,
      name: person.name,
      at: page ? at : nextWorkTime(at, hoursOf(manifests, person.timezone)),
    })),
  );
  const first = new Map<string, Reached>();
  for (const one of all.sort((a, b) => a.at.getTime() - b.at.getTime()))
    if (!first.has(one.human)) first.set(one.human, one);
  return [...first.values()];
}

function hoursOf({ organisation }: Manifests, timezone: string): WorkClock {
  const { businessHours: hours } = organisation;
  if (!hours) throw new Error('nobody has said when people are at work');
  return { hours, timezone };
}

function after({ organisation }: Manifests, { tier }: HumanTier, from: Date, ms: number): Date {
  return addTime(from, ms, clockOf(tier, organisation));
}
