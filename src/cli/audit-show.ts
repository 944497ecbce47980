import { userInfo } from 'node:os';
import { describeEvent, type StoryEntry } from '../domain/audit-line.ts';
import {
  type AuditQuestion,
  type AuditSubject,
  namesProposal,
  personSubject,
  readSubject,
} from '../domain/audit-subject.ts';
import { formatTime } from '../domain/format-time.ts';
import { type Asker, parseTimeRange } from '../domain/time-range.ts';
import { EXIT, Stop } from '../errors.ts';
import { type Looking, lookUpAudit, proposalAsked } from '../lifecycle/look-up.ts';
import { AUDIT_LIMIT, findNamesOnRecord } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { listPeopleNamed } from '../store/people.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say, sayJson } from './printable.ts';

export interface ShowOptions {
  /** This machine's, where none is said. */
  readonly timezone?: string;
  readonly json?: boolean;
}

/** Who looked is recorded, as from Slack. */
export async function runShow(
  settings: StoreSettings,
  question: AuditQuestion,
  options: ShowOptions,
): Promise<number> {
  // Asked for here only: to know it takes a fiftieth of a start of the server, which runs by the same commands.
  const timezone = options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const asker = { now: new Date(), timezone };
  const { subject, range, found } = await onStore(settings, 'application', async (database) => {
    const asked = await askedOf(database, question, asker);
    return { ...asked, found: await lookUpAudit(database, { ...asked, ...looker() }) };
  });
  const { story, isCut } = found;
  if (options.json) {
    const { from, until, label } = range;
    const entries = story.told.map(describeEvent);
    sayJson({ subject, from, until, days: label, isCut, sentence: story.sentence, entries });
    return EXIT.done;
  }
  say(`${story.sentence}\n${range.label}\n`);
  for (const event of story.told) sayEntry(describeEvent(event), timezone);
  if (isCut) say(`\nOnly the newest ${AUDIT_LIMIT} events are told: ask for fewer days.`);
  return EXIT.done;
}

function looker(): { actor: string; by: null } {
  return { actor: `cli:${userInfo().username}`, by: null };
}

async function askedOf(
  database: Database,
  question: AuditQuestion,
  asker: Asker,
): Promise<Pick<Looking, 'subject' | 'range'>> {
  const { named, time } = question;
  const range = namesProposal(question)
    ? await proposalAsked(database, question, asker)
    : parseTimeRange(time, asker);
  if (!range) throw new Stop(EXIT.no, `There is no proposal ${named}.`);
  if ('problem' in range) throw new Stop(EXIT.usage, range.problem);
  return 'range' in range ? range : { subject: await subjectOf(database, question), range };
}

function sayEntry({ at, number, line, detail }: StoryEntry, timezone: string): void {
  const which = number === null ? '' : `#${number}  `;
  say(`${formatTime(at, timezone)}  ${which}${line}${detail ? ` (${detail})` : ''}`);
}

/** What a word means here, where no manifest need be at hand: an agent or a system is one that is on record. */
async function subjectOf(database: Database, question: AuditQuestion): Promise<AuditSubject> {
  const { named } = question;
  if (named.includes('@') && question.as === undefined)
    return personNamed(database, named.replace(/^@/, ''), named);
  const name = named.toLowerCase();
  const is = await findNamesOnRecord(database, name);
  const subject = readSubject(question, {
    agents: is.agent ? { [name]: true } : {},
    systems: is.system ? { [name]: true } : {},
    workflows: {},
  });
  if ('problem' in subject)
    throw new Stop(EXIT.usage, `${subject.problem} In a shell, write '#1042' with its quotes.`);
  return subject;
}

async function personNamed(database: Database, word: string, asTyped: string): Promise<AuditSubject> {
  const people = await listPeopleNamed(database, word);
  const [person, ...others] = people;
  if (person && others.length === 0) return personSubject(person);
  const which = people.map(({ name, identities }) => `${name} (${identities.join(', ')})`).join('; ');
  throw new Stop(
    EXIT.usage,
    person
      ? `${asTyped} may be any of these: ${which}. Say the e-mail or the Slack id.`
      : `Nobody called ${asTyped} is on record. Say @ and an e-mail, a Slack id or a name: @dana@acme.test.`,
  );
}
