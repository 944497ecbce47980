import type { AuditEvent } from './audit.ts';
import { byOf, impactOf } from './audit-line.ts';
import type { Json } from './json.ts';
import type { Money } from './money.ts';
import type { ProposalState } from './proposal.ts';

/** The state that a proposal came to, told finer where the same state is reached by two ways. */
export type End =
  | Exclude<ProposalState, 'received'>
  /** Rejected: an approval was taken back before the write. */
  | 'taken_back'
  /** Expired: it was approved, and nobody reviewed it in time. */
  | 'unreviewed'
  /** It came to its end before the events that are at hand, which only tell what was said of it later. */
  | 'earlier';

/** How far one proposal came, by what is on record of it. */
export interface Course {
  readonly number: number;
  agent: string;
  account: string;
  /** `billing.refund`; empty: not on record. */
  action: string;
  /** Null: it could not be computed; undefined: not on record. */
  impact: Money | null | undefined;
  end: End;
  /** Who approved it, or put an end to it. */
  by: readonly string[];
  /** Who objected after its approval, which stopped nothing. */
  objectedBy: readonly string[];
  /** It was written without waiting for its review, and nobody gave that in time. */
  reviewMissed: boolean;
}

/** What leads to which state. What a person says has its state with it: `decision.recorded`, `review.lapsed`. */
const ENDS: Readonly<Record<string, End>> = {
  'proposal.received': 'pending',
  'proposal.judged': 'pending',
  'approval.lapsed': 'pending',
  'proposal.blocked': 'blocked',
  'proposal.expired': 'expired',
  'proposal.withdrawn': 'withdrawn',
  'proposal.superseded': 'superseded',
  'execution.started': 'executing',
  'execution.put_off': 'approved',
  'execution.executed': 'executed',
  'execution.failed': 'failed',
  'execution.handed_over': 'awaiting_manual',
  'execution.done_by_hand': 'executed',
  'execution.not_done_by_hand': 'failed',
  'execution.became_unknown': 'unknown',
  'proposal.rolled_back': 'rolled_back',
};

/** The proposals that the events are about; events in the order in which they happened. */
export function coursesOf(events: readonly AuditEvent[]): Course[] {
  const courses = new Map<number, Course>();
  for (const event of events) {
    if (event.number === null) continue;
    const end = endOf(event);
    const known = courses.get(event.number);
    // That somebody was shown it, or looked at it, is no step of its course.
    if (!known && !end && !isDoubt(event)) continue;
    const course = known ?? newCourse(event.number);
    courses.set(event.number, course);
    advance(course, event, end);
  }
  return [...courses.values()];
}

function newCourse(number: number): Course {
  const unknown = { agent: '', account: '', action: '', impact: undefined };
  return { number, ...unknown, end: 'earlier', by: [], objectedBy: [], reviewMissed: false };
}

function endOf({ type, data }: AuditEvent): End | undefined {
  switch (type) {
    case 'execution.resolved':
      return data.happened === true ? 'executed' : 'failed';
    case 'undo.resolved':
      return data.happened === true ? 'rolled_back' : undefined;
    case 'decision.recorded':
      return data.kind === 'take_back' ? 'taken_back' : decidedTo(data.state);
    case 'review.lapsed':
      return data.state === 'expired' ? 'unreviewed' : undefined;
    default:
      return Object.hasOwn(ENDS, type) ? ENDS[type] : undefined;
  }
}

/** Nothing that is said of a write moves it. */
function decidedTo(state: Json | undefined): End | undefined {
  return state === 'pending' || state === 'in_review' || state === 'approved' || state === 'rejected'
    ? state
    : undefined;
}

/** That of a write which it does not stop. */
function isDoubt({ type, data }: AuditEvent): boolean {
  if (type === 'review.lapsed') return data.state !== 'expired';
  return type === 'decision.recorded' && data.kind === 'object' && data.state !== 'rejected';
}

function advance(course: Course, event: AuditEvent, end: End | undefined): void {
  const { type, agent, account, data } = event;
  if (agent) course.agent = agent;
  if (account) course.account = account;
  if (typeof data.action === 'string') course.action = data.action;
  const impact = impactOf(data);
  if (impact !== undefined) course.impact = impact;
  course.by = deciders(course.by, event);
  if (isDoubt(event)) {
    if (type === 'review.lapsed') course.reviewMissed = true;
    else course.objectedBy = [...course.objectedBy, byOf(data.by).name];
  }
  if (end) course.end = end;
}

function deciders(before: readonly string[], event: AuditEvent): readonly string[] {
  const { type, data } = event;
  if (type === 'decision.recorded') {
    if (data.kind === 'approve') return [...before, byOf(data.by).name];
    return data.kind === 'agree' || isDoubt(event) ? before : [byOf(data.by).name];
  }
  // Of a new round: what was decided before does not count.
  if (type === 'proposal.judged' || type === 'approval.lapsed') return [];
  return Array.isArray(data.approved_by) && data.approved_by.length > 0
    ? data.approved_by.map((each) => byOf(each).name)
    : before;
}
