import type { AuditEvent } from '../domain/audit.ts';
import { type Story, tellStory } from '../domain/audit-story.ts';
import type { AuditQuestion, AuditSubject } from '../domain/audit-subject.ts';
import { type ProposalRef, parseProposalRef } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { type Asker, parseTimeRange, rangeBetween, type TimeRange } from '../domain/time-range.ts';
import {
  AUDIT_LIMIT,
  type AuditFilter,
  listAudit,
  listReceived,
  recordEvent,
  type StandaloneEvent,
} from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { findProposal } from '../store/proposals.ts';

export interface LookedUp {
  readonly proposal: Proposal;
  /** In the order in which it happened. */
  readonly events: readonly AuditEvent[];
  /** There are more, older ones. */
  readonly isCut: boolean;
}

/** Who looks: `actor` as the record has it, `by` as it is shown. */
export interface Looker {
  readonly actor: string;
  readonly by: { readonly id: string; readonly name: string } | null;
}

export function lookerOf({ principal, userId, name }: Person): Looker {
  return { actor: principal, by: { id: userId, name } };
}

/** One proposal with its history. Who looked is on record before they see it; the caller has made sure that they may. */
export async function lookUpProposal(
  database: Database,
  ref: ProposalRef,
  { actor, by }: Looker,
): Promise<LookedUp | undefined> {
  const proposal = await findProposal(database, ref);
  if (!proposal) return undefined;
  await recordEvent(database, 'access', {
    type: 'audit.read',
    actor,
    number: proposal.number,
    data: { by: by && { ...by } },
  });
  const events = await listAudit(database, { stream: proposal.id });
  return {
    proposal,
    events: events.toSorted((a, b) => a.seq - b.seq),
    isCut: events.length === AUDIT_LIMIT,
  };
}

/** What is asked, and by whom. */
export interface Looking extends Looker {
  readonly subject: AuditSubject;
  readonly range: TimeRange;
}

export interface LookedUpStory {
  readonly story: Story;
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** There are more events in that time than were read. */
  readonly isCut: boolean;
}

/** The story of an account, an agent, a system, one proposal or a person. Who looked is on record before they see it; the caller has made sure that they may. */
export async function lookUpAudit(database: Database, looking: Looking): Promise<LookedUpStory> {
  await recordLook(database, 'audit.read', looking);
  return storyOf(database, looking);
}

/** Records what somebody does with an answer that they have. */
export async function recordLook(
  database: Database,
  type: 'audit.read' | 'audit.shared' | 'audit.exported',
  { subject, range, actor, by }: Looking,
  more: JsonObject = {},
): Promise<void> {
  await recordEvent(database, 'access', {
    type,
    actor,
    ...namedIn(subject),
    data: {
      by: by && { ...by },
      from: range.from.toISOString(),
      until: range.until.toISOString(),
      ...(subject.kind === 'person' ? { person: subject.name } : {}),
      ...more,
    },
  });
}

function namedIn(subject: AuditSubject): Pick<StandaloneEvent, 'account' | 'agent' | 'system' | 'number'> {
  switch (subject.kind) {
    case 'account':
      return { account: subject.account };
    case 'agent':
      return { agent: subject.agent };
    case 'system':
      return { system: subject.system };
    case 'proposal':
      return { number: subject.number };
    case 'person':
      return {};
  }
}

/** One proposal as what is asked for. Without a time: from when it was proposed to now. Undefined: there is no such proposal. */
export async function proposalAsked(
  database: Database,
  { named, time }: Pick<AuditQuestion, 'named' | 'time'>,
  asker: Asker,
): Promise<Pick<Looking, 'subject' | 'range'> | { readonly problem: string } | undefined> {
  const ref = parseProposalRef(named);
  const proposal = ref && (await findProposal(database, ref));
  if (!proposal) return undefined;
  const { number, createdAt, readAt } = proposal;
  const subject = { kind: 'proposal', number } as const;
  if (time === '') return { subject, range: rangeBetween(createdAt, readAt, `#${number}`, asker.timezone) };
  const range = parseTimeRange(time, asker);
  if ('problem' in range) return range;
  return { subject, range: { ...range, name: `#${number}, ${inSentence(range.name)}` } };
}

/** The names of days keep their capitals. */
function inSentence(name: string): string {
  return name.replace(/^(Past|Today|Yesterday|This|Last|Since)\b/, (word) => word.toLowerCase());
}

/** What there is on record of a subject in a time. */
export function filterOf(
  subject: AuditSubject,
  { from, until }: Pick<TimeRange, 'from' | 'until'>,
): AuditFilter {
  const about = subject.kind === 'person' ? { actors: subject.actors } : namedIn(subject);
  return { ...about, from, until };
}

async function storyOf(database: Database, { subject, range }: Looking): Promise<LookedUpStory> {
  const events = await listAudit(database, filterOf(subject, range));
  const decided = subject.kind === 'person' ? events.filter(({ type }) => type === 'decision.recorded') : [];
  const numbers = new Set(decided.flatMap(({ number }) => number ?? []));
  const background = await listReceived(database, [...numbers]);
  return {
    story: tellStory(events, { subject, range }, background),
    events,
    isCut: events.length === AUDIT_LIMIT,
  };
}
