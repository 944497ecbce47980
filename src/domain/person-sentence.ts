import type { AuditEvent } from './audit.ts';
import type { Course } from './audit-course.ts';
import { textOf } from './audit-line.ts';
import { listed, sumWords } from './story-words.ts';
import { switchedName } from './switches.ts';

const DECIDED: readonly [kind: string, did: string][] = [
  ['approve', 'approved'],
  ['reject', 'rejected'],
  ['agree', 'agreed to'],
  ['object', 'objected to'],
  ['take_back', 'took back'],
];

const DONE: readonly [type: string, once: string, often: (count: number) => string][] = [
  ['rollback.planned', 'planned a rollback', (n) => `planned ${n} rollbacks`],
  ['rollback.confirmed', 'confirmed a rollback', (n) => `confirmed ${n} rollbacks`],
  ['execution.resolved', 'settled an unknown outcome', (n) => `settled ${n} unknown outcomes`],
  [
    'undo.resolved',
    'settled an undoing that may have happened',
    (n) => `settled ${n} undoings that may have happened`,
  ],
  ['checklist.overridden', 'overrode the checklist', (n) => `overrode the checklist ${n} times`],
  [
    'outbox.retried',
    'had what was given up tried again',
    (n) => `had what was given up tried again ${n} times`,
  ],
  ['execution.done_by_hand', 'did one by hand', (n) => `did ${n} by hand`],
  [
    'execution.not_done_by_hand',
    'said of one that it was not done',
    (n) => `said of ${n} that they were not done`,
  ],
  ['question.asked', 'asked an agent a question', (n) => `asked agents ${n} questions`],
  ['proposal.handed_over', 'handed one over', (n) => `handed ${n} over`],
  [
    'trust.restored',
    'gave an agent its own decisions back',
    (n) => `gave agents their own decisions back ${n} times`,
  ],
  ['audit.erased', 'erased personal values', (n) => `erased personal values ${n} times`],
  ['audit.read', 'looked at the audit once', (n) => `looked at the audit ${n} times`],
  ['audit.shared', 'shared an answer of the audit', (n) => `shared ${n} answers of the audit`],
  ['audit.exported', 'took the audit as a file', (n) => `took the audit as a file ${n} times`],
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
    return [{ did, count: numbers.size, sum: sumWords(courses.filter(({ number }) => numbers.has(number))) }];
  }).map(({ did, count, sum }, index) => {
    // Only the first says of what.
    const noun = index > 0 ? '' : count === 1 ? ' proposal' : ' proposals';
    return `${did} ${count}${noun}${sum}`;
  });
  const done = DONE.flatMap(([type, once, often]) => {
    const count = events.filter((event) => event.type === type).length;
    return count === 0 ? [] : [count === 1 ? once : often(count)];
  });
  const what = [...(decided.length > 0 ? [listed(decided)] : []), ...switchedBy(events), ...done];
  return `${name} ${what.length > 0 ? what.join('; ') : 'did nothing that is on record'}.`;
}

const SCOPES = 3;

/** `switched refund-agent and billing off`. */
function switchedBy(events: readonly AuditEvent[]): string[] {
  return (['disabled', 'enabled'] as const).flatMap((what) => {
    const found = events
      .filter(({ type }) => type === `switch.${what}`)
      .map(({ data }) => textOf(data.scope));
    const scopes = [...new Set(found.map(switchedName))];
    const more = scopes.length - SCOPES;
    const named = more > 0 ? [...scopes.slice(0, SCOPES), `${more} more`] : scopes;
    return scopes.length > 0 ? [`switched ${listed(named)} ${what === 'disabled' ? 'off' : 'on again'}`] : [];
  });
}
