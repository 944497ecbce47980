import type { AuditEvent } from './audit.ts';
import { type Course, coursesOf, type End } from './audit-course.ts';
import { describeEvent, type StoryEntry } from './audit-line.ts';
import { formatMoney, type Money } from './money.ts';
import type { TimeRange } from './time-range.ts';

export interface Asked {
  readonly account: string;
  readonly range: Pick<TimeRange, 'name'>;
}

export interface Story {
  /** What a CFO wants to know: what was done, for how many dollars, by which agent, and who said yes. */
  readonly sentence: string;
  /** In the order in which it happened. */
  readonly entries: readonly StoryEntry[];
}

/** Of each proposal's course, what a reader of the account's story needs; `show` tells the rest. */
const TOLD = /^(proposal\.(?!judged)|decision\.|approval\.|execution\.(?!started|put_off))/;

export function tellStory(events: readonly AuditEvent[], asked: Asked): Story {
  const inOrder = events.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.seq - b.seq);
  const entries = inOrder.filter(({ type }) => TOLD.test(type)).map(describeEvent);
  return { sentence: sentenceOf(coursesOf(inOrder), asked), entries };
}

function sentenceOf(courses: readonly Course[], { account, range }: Asked): string {
  const done = courses.filter(({ end }) => end === 'executed');
  const what =
    courses.length === 0
      ? [`nothing was proposed for or done to account ${account}`]
      : done.length === 0
        ? [`nothing was done to account ${account}`]
        : Object.values(Object.groupBy(done, ({ agent, action }) => `${agent} ${action}`)).map((group) =>
            deed(group ?? [], account),
          );
  const rest = REST.flatMap(([end, words]) => {
    const some = courses.filter((course) => course.end === end);
    return some.length > 0 ? [`${words(some)}${sumWords(some)}`] : [];
  });
  return [`${range.name}: ${what.join('; ')}.`, ...(rest.length > 0 ? [`${rest.join('; ')}.`] : [])].join(
    ' ',
  );
}

const were = (some: readonly Course[]) => `${some.length} ${some.length === 1 ? 'was' : 'were'}`;

/** What else became of proposals: that it may have happened comes first. */
const REST: readonly [End, (some: readonly Course[]) => string][] = [
  ['unknown', (some) => `${some.length} may have happened, outcome unknown`],
  ['failed', (some) => `${some.length} failed`],
  ['undone', (some) => `${were(some)} done and undone`],
  ['rejected', (some) => `${were(some)} rejected by ${listed([...new Set(some.flatMap(({ by }) => by))])}`],
  ['expired', (some) => `${some.length} expired undecided`],
  ['blocked', (some) => `${were(some)} blocked by the system of record`],
  ['withdrawn', (some) => `${were(some)} withdrawn by the agent`],
  ['approved', (some) => `${were(some)} approved and not written by then`],
  ['undecided', (some) => `${were(some)} undecided by then`],
];

/** `refund-agent returned $1,250.00 to account 4471 in 2 refunds; Dana Whitfield approved both`. */
function deed(done: readonly Course[], account: string): string {
  const [first] = done;
  const action = first?.action.split('.').at(-1) ?? '';
  const sum = sumOf(done);
  const did =
    action === 'refund' || action === 'credit'
      ? `returned ${sum || 'an unknown sum'} to account ${account}`
      : `made changes${sum ? ` worth ${sum}` : ''} to account ${account}`;
  const unknown = done.filter(({ impact }) => !impact).length;
  const missing = unknown > 0 && sum ? ` (the dollar impact of ${unknown} is unknown)` : '';
  return `${first?.agent || 'an agent'} ${did}${missing} in ${counted(done.length, action)}; ${approvals(done)}`;
}

function approvals(done: readonly Course[]): string {
  const groups = Object.groupBy(done, ({ by }) => listed(by) || 'somebody not on record here');
  const names = Object.entries(groups).map(([name, group]) => ({ name, count: group?.length ?? 0 }));
  const [only, ...others] = names;
  if (only && others.length === 0) {
    const all = ['nothing', 'it', 'both'][only.count] ?? `all ${only.count}`;
    return `${only.name} approved ${all}`;
  }
  return listed(names.map(({ name, count }, index) => `${name} ${index === 0 ? 'approved ' : ''}${count}`));
}

function counted(count: number, action: string): string {
  const noun = action.replaceAll('_', '-') || 'change';
  if (count === 1) return `1 ${noun}`;
  return noun.endsWith('s') ? `${count} × ${noun}` : `${count} ${noun}s`;
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function sumWords(courses: readonly Course[]): string {
  const sum = courses.every(({ impact }) => impact) ? sumOf(courses) : '';
  return sum ? ` (${sum})` : '';
}

/** Of each currency; empty: no impact is known. */
function sumOf(courses: readonly Course[]): string {
  const sums = new Map<string, Money>();
  for (const { impact } of courses) {
    if (!impact) continue;
    const { minor, currency } = impact;
    sums.set(currency, { minor: (sums.get(currency)?.minor ?? 0n) + minor, currency });
  }
  return listed([...sums.values()].map(formatMoney));
}
