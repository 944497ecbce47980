import type { AuditEvent } from './audit.ts';
import { byOf, impactOf } from './audit-line.ts';
import type { Money } from './money.ts';

export type End =
  | 'executed'
  | 'failed'
  | 'unknown'
  | 'blocked'
  | 'rejected'
  | 'expired'
  | 'withdrawn'
  | 'undone'
  | 'approved'
  | 'undecided';

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
  /** Who approved or rejected it. */
  by: readonly string[];
}

const ENDS: Readonly<Record<string, End>> = {
  'proposal.received': 'undecided',
  'proposal.judged': 'undecided',
  'approval.lapsed': 'undecided',
  'proposal.blocked': 'blocked',
  'proposal.expired': 'expired',
  'proposal.withdrawn': 'withdrawn',
  'execution.started': 'approved',
  'execution.put_off': 'approved',
  'execution.executed': 'executed',
  'execution.failed': 'failed',
  'execution.handed_over': 'approved',
  'execution.done_by_hand': 'executed',
  'execution.not_done_by_hand': 'failed',
  'execution.became_unknown': 'unknown',
  'execution.rolled_back': 'undone',
  'proposal.rolled_back': 'undone',
};

/** The proposals that the events are about; events in the order in which they happened. */
export function coursesOf(events: readonly AuditEvent[]): Course[] {
  const courses = new Map<number, Course>();
  for (const event of events) {
    if (event.number === null) continue;
    const end = endOf(event);
    const known = courses.get(event.number);
    // That somebody was shown it, or looked at it, is no step of its course.
    if (!known && !end) continue;
    const course = known ?? newCourse(event.number);
    courses.set(event.number, course);
    advance(course, event, end);
  }
  return [...courses.values()];
}

function newCourse(number: number): Course {
  return { number, agent: '', account: '', action: '', impact: undefined, end: 'undecided', by: [] };
}

function endOf({ type, data }: AuditEvent): End | undefined {
  if (type === 'execution.resolved') return data.happened === true ? 'executed' : 'failed';
  if (type !== 'decision.recorded') return ENDS[type];
  if (data.kind === 'approve') return 'approved';
  return data.kind === 'reject' ? 'rejected' : undefined;
}

function advance(course: Course, { type, agent, account, data }: AuditEvent, end: End | undefined): void {
  if (agent) course.agent = agent;
  if (account) course.account = account;
  if (typeof data.action === 'string') course.action = data.action;
  const impact = impactOf(data);
  if (impact !== undefined) course.impact = impact;
  if (type === 'decision.recorded' && end)
    course.by = [...(course.end === end ? course.by : []), byOf(data.by).name];
  if (Array.isArray(data.approved_by) && data.approved_by.length > 0)
    course.by = data.approved_by.map((each) => byOf(each).name);
  if (end) course.end = end;
}
