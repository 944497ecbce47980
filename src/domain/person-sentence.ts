import type { AuditEvent } from './audit.ts';
import type { Course } from './audit-course.ts';
import { listed, sumWords } from './story-words.ts';

const DECIDED: readonly [kind: string, did: string][] = [
  ['approve', 'approved'],
  ['reject', 'rejected'],
  ['agree', 'agreed to'],
  ['object', 'objected to'],
  ['take_back', 'took back'],
];

const DONE: readonly [type: string, once: string, often: (count: number) => string][] = [
  ['switch.disabled', 'switched something off', (n) => `switched something off ${n} times`],
  ['switch.enabled', 'switched something on again', (n) => `switched something on again ${n} times`],
  ['rollback.planned', 'planned a rollback', (n) => `planned ${n} rollbacks`],
  ['rollback.confirmed', 'confirmed a rollback', (n) => `confirmed ${n} rollbacks`],
  ['execution.resolved', 'settled an unknown outcome', (n) => `settled ${n} unknown outcomes`],
  ['checklist.overridden', 'overrode the checklist', (n) => `overrode the checklist ${n} times`],
  [
    'outbox.retried',
    'had what was given up tried again',
    (n) => `had what was given up tried again ${n} times`,
  ],
  ['audit.read', 'looked at the audit once', (n) => `looked at the audit ${n} times`],
];

/** `Dana Whitfield approved 3 ($1,250.00) and rejected 1; looked at the audit once`. `courses` are of what was decided on. */
export function personSentence(
  events: readonly AuditEvent[],
  courses: readonly Course[],
  name: string,
): string {
  const decided = DECIDED.flatMap(([kind, did]) => {
    const numbers = new Set(
      events
        .filter(({ type, data }) => type === 'decision.recorded' && data.kind === kind)
        .map(({ number }) => number),
    );
    if (numbers.size === 0) return [];
    return [`${did} ${numbers.size}${sumWords(courses.filter(({ number }) => numbers.has(number)))}`];
  });
  const done = DONE.flatMap(([type, once, often]) => {
    const count = events.filter((event) => event.type === type).length;
    return count === 0 ? [] : [count === 1 ? once : often(count)];
  });
  const what = [...(decided.length > 0 ? [listed(decided)] : []), ...done];
  return `${name} ${what.length > 0 ? what.join('; ') : 'did nothing that is on record'}.`;
}
