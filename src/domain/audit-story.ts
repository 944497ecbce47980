import type { AuditEvent } from './audit.ts';
import { type Course, coursesOf, type End } from './audit-course.ts';
import type { AuditSubject } from './audit-subject.ts';
import { personSentence } from './person-sentence.ts';
import { counted, listed, sumOf, sumWords } from './story-words.ts';
import type { TimeRange } from './time-range.ts';

export interface Asked {
  readonly subject: AuditSubject;
  readonly range: Pick<TimeRange, 'name'>;
}

export interface Story {
  /** What a CFO wants to know: what was done, for how many dollars, by which agent, and who said yes. */
  readonly sentence: string;
  /** What its timeline tells, in the order in which it happened. Who shows some of it has only those described. */
  readonly told: readonly AuditEvent[];
}

/** Of each proposal's course, what a reader of a story needs; `show` tells the rest. */
const COURSE =
  /^(proposal\.(?!judged|clocks_moved)|decision\.|review\.|approval\.|(execution|undo)\.(?!started|put_off)|question\.)/;
/** Of one alone, also what it was judged to be. */
const JUDGED = 'proposal.judged';
/** And what was done with an agent or a system as a whole. */
const WHOLE = /^(switch|trust|system|rollback)\./;

function isTold({ type }: AuditEvent, { kind }: AuditSubject): boolean {
  switch (kind) {
    case 'account':
      return COURSE.test(type);
    case 'agent':
    case 'system':
      return COURSE.test(type) || WHOLE.test(type);
    case 'proposal':
      return COURSE.test(type) || type === JUDGED;
    case 'person':
      return true;
  }
}

/** `background` is what else is known of the proposals: it is told in sums, and has no line. */
export function tellStory(
  events: readonly AuditEvent[],
  asked: Asked,
  background: readonly AuditEvent[] = [],
): Story {
  const inOrder = inOrderOf(events);
  const told = inOrder.filter((event) => isTold(event, asked.subject));
  const { subject, range } = asked;
  const sentence =
    subject.kind === 'person'
      ? personSentence(inOrder, coursesOf(inOrderOf([...background, ...events])), subject.name)
      : subject.kind === 'proposal'
        ? proposalSentence(coursesOf(inOrder)[0], subject)
        : sentenceOf(coursesOf(inOrder), subject);
  return { sentence: `${range.name}: ${sentence}`, told };
}

function inOrderOf(events: readonly AuditEvent[]): AuditEvent[] {
  return events.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.seq - b.seq);
}

type Wide = Exclude<AuditSubject, { kind: 'person' | 'proposal' }>;

function sentenceOf(courses: readonly Course[], subject: Wide): string {
  const done = courses.filter(({ end }) => end === 'executed');
  const what =
    courses.length === 0
      ? [nothingProposed(subject)]
      : done.length === 0
        ? [nothingDone(subject, courses)]
        : Object.values(Object.groupBy(done, ({ agent, action }) => `${agent} ${action}`)).map((group) =>
            deed(group ?? [], subject),
          );
  const rest = remarks(courses).map(
    ({ some, words }, index) => `${countWords(some, index)} ${words}${sumWords(some)}`,
  );
  return [`${what.join('; ')}.`, ...(rest.length > 0 ? [`${rest.join('; ')}.`] : [])].join(' ');
}

/** `refund-agent proposed 1 refund for account 4471 ($90.00); it was rejected by Lea Brandt.` */
function proposalSentence(course: Course | undefined, subject: AuditSubject): string {
  if (!course) return 'nothing was done about it.';
  const { agent, account, action, end } = course;
  const began =
    end === 'executed'
      ? deed([course], subject)
      : `${agent || 'an agent'} proposed ${counted(1, action.split('.').at(-1) ?? '')} for account ${account}${sumWords([course])}`;
  return `${[began, ...remarks([course]).map(({ words }) => `it ${words}`)].join('; ')}.`;
}

function nothingProposed(subject: Wide): string {
  switch (subject.kind) {
    case 'account':
      return `nothing was proposed for or done to account ${subject.account}`;
    case 'agent':
      return `${subject.agent} proposed and did nothing`;
    case 'system':
      return `nothing was proposed for or done in ${subject.system}`;
  }
}

function nothingDone(subject: Wide, courses: readonly Course[]): string {
  const stands = courses.some(({ end }) => end === 'rolled_back') ? ' that still stands' : '';
  switch (subject.kind) {
    case 'account':
      return `nothing was done to account ${subject.account}${stands}`;
    case 'agent':
      return `${subject.agent} did nothing${stands}`;
    case 'system':
      return `nothing was done in ${subject.system}${stands}`;
  }
}

/** Only the first says of what. */
function countWords({ length }: readonly Course[], index: number): string {
  if (index > 0) return String(length);
  return `${length} ${length === 1 ? 'proposal' : 'proposals'}`;
}

const was = ({ length }: readonly Course[]) => (length === 1 ? 'was' : 'were');

/** What else became of proposals: that it may have happened comes first. */
const REST: readonly [End, (some: readonly Course[]) => string][] = [
  ['unknown', () => 'may have happened, outcome unknown'],
  ['failed', () => 'failed'],
  ['rolled_back', (some) => `${was(some)} done and undone`],
  ['rejected', (some) => `${was(some)} rejected by ${names(some, 'by')}`],
  ['taken_back', (some) => `${was(some)} taken back by ${names(some, 'by')} before the write`],
  ['superseded', (some) => `${was(some)} replaced by another`],
  ['expired', () => 'expired undecided'],
  ['unreviewed', () => 'expired for want of a review'],
  ['blocked', (some) => `${was(some)} blocked by the system of record`],
  ['withdrawn', (some) => `${was(some)} withdrawn by the agent`],
  ['executing', (some) => `${was(some)} being written`],
  ['awaiting_manual', (some) => `${was(some)} approved and waiting to be done by hand`],
  ['approved', (some) => `${was(some)} approved and not yet written`],
  ['in_review', (some) => `${was(some)} approved and waiting for a review`],
  ['pending', (some) => `${was(some)} still undecided`],
];

function names(some: readonly Course[], whose: 'by' | 'objectedBy'): string {
  return listed([...new Set(some.flatMap((course) => course[whose]))]);
}

/** What else is to be known: how it ended, and what was said of what had been approved. */
function remarks(courses: readonly Course[]): { readonly some: readonly Course[]; readonly words: string }[] {
  const ended = REST.map(([end, words]) => ({ some: courses.filter((course) => course.end === end), words }));
  const doubted = [
    {
      some: courses.filter(({ objectedBy }) => objectedBy.length > 0),
      words: (some: readonly Course[]) =>
        `${was(some)} objected to by ${names(some, 'objectedBy')} after the approval`,
    },
    {
      some: courses.filter(({ reviewMissed }) => reviewMissed),
      words: (some: readonly Course[]) => `${was(some)} not reviewed in time after the approval`,
    },
  ];
  return [...ended, ...doubted]
    .filter(({ some }) => some.length > 0)
    .map(({ some, words }) => ({ some, words: words(some) }));
}

/** `refund-agent returned $1,250.00 to account 4471 in 2 refunds; Dana Whitfield approved both`. */
function deed(done: readonly Course[], subject: AuditSubject): string {
  const [first] = done;
  const action = first?.action.split('.').at(-1) ?? '';
  const sum = sumOf(done);
  const to = subject.kind === 'account' ? `account ${subject.account}` : accountsOf(done);
  const did =
    action === 'refund' || action === 'credit'
      ? `returned ${sum || 'an unknown sum'} to ${to}`
      : `made changes${done.some(({ impact }) => impact && impact.minor !== 0n) ? ` worth ${sum}` : ''} to ${to}`;
  const unknown = done.filter(({ impact }) => !impact).length;
  const missing = unknown > 0 && sum ? ` (the dollar impact of ${unknown} is unknown)` : '';
  return `${first?.agent || 'an agent'} ${did}${missing} in ${counted(done.length, action)}; ${approvals(done)}`;
}

function accountsOf(done: readonly Course[]): string {
  const accounts = [...new Set(done.map(({ account }) => account))];
  return accounts.length === 1 ? `account ${accounts[0]}` : `${accounts.length} accounts`;
}

function approvals(done: readonly Course[]): string {
  const groups = Object.groupBy(done, ({ by }) => listed(by) || 'somebody not on record here');
  const names = Object.entries(groups).map(([name, group]) => ({ name, count: group?.length ?? 0 }));
  const [only, ...others] = names;
  if (only && others.length === 0) {
    const all = ['nothing', 'it', 'both'][only.count] ?? `all ${only.count}`;
    return `${only.name} approved ${all}`;
  }
  return listed(
    names.map(({ name, count }, index) => `${count} ${index === 0 ? 'approved ' : ''}by ${name}`),
  );
}
