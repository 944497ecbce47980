import type { AuditSubject } from '../domain/audit-subject.ts';
import { isObject } from '../domain/json.ts';
import type { TimeRange } from '../domain/time-range.ts';

/** What was asked, as the buttons under its answer carry it. */
export interface AuditRef {
  readonly subject: AuditSubject;
  readonly range: TimeRange;
}

export function encodeAuditRef({ subject, range }: AuditRef): string {
  const { from, until, name, label } = range;
  return JSON.stringify([subject, from.getTime(), until.getTime(), name, label]);
}

/** Undefined: a button of another version of us. */
export function decodeAuditRef(text: string): AuditRef | undefined {
  try {
    const [subject, from, until, name, label]: unknown[] = JSON.parse(text);
    if (!isSubject(subject) || typeof from !== 'number' || typeof until !== 'number') return undefined;
    if (typeof name !== 'string' || typeof label !== 'string') return undefined;
    return { subject, range: { from: new Date(from), until: new Date(until), name, label } };
  } catch {
    return undefined;
  }
}

function isSubject(value: unknown): value is AuditSubject {
  if (!isObject(value)) return false;
  switch (value.kind) {
    case 'account':
      return typeof value.account === 'string';
    case 'agent':
      return typeof value.agent === 'string';
    case 'system':
      return typeof value.system === 'string';
    case 'proposal':
      return Number.isSafeInteger(value.number);
    case 'person':
      return (
        typeof value.name === 'string' &&
        Array.isArray(value.actors) &&
        value.actors.every((each) => typeof each === 'string')
      );
    default:
      return false;
  }
}
