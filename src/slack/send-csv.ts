import type { AuditEvent } from '../domain/audit.ts';
import { byOf, describeEvent, impactOf } from '../domain/audit-line.ts';
import { subjectName } from '../domain/audit-subject.ts';
import { csvRecord } from '../domain/csv.ts';
import { isObject } from '../domain/json.ts';
import { amountOf } from '../domain/money.ts';
import type { Person } from '../domain/person.ts';
import { filterOf, recordLook } from '../lifecycle/look-up.ts';
import { listAudit } from '../store/audit.ts';
import type { AuditRef } from './audit-ref.ts';
import { lookingFor } from './audit-story.ts';
import { sendCsvFile } from './send-file.ts';
import type { Session } from './session.ts';

/** What goes into one file; an export of all there is comes from the shell. */
const ROWS = 10_000;
const COLUMNS = [
  'at',
  'number',
  'what',
  'amount',
  'currency',
  'by',
  'type',
  'actor',
  'agent',
  'system',
  'account',
  'stream',
  'seq',
  'data',
];

/** Sends them the events as a file, by direct message, and says so. That they took it is on record; the caller has made sure that they may. */
export async function sendCsv(session: Session, ref: AuditRef, person: Person): Promise<string> {
  const { context } = session;
  await recordLook(context.database, 'audit.exported', lookingFor(ref, person), { format: 'csv' });
  const events = await listAudit(context.database, filterOf(ref.subject, ref.range), ROWS);
  if (events.length === 0) return 'There is nothing to send: no event is on record in that time.';
  const refused = await sendCsvFile(session, person, {
    name: fileName(ref),
    title: `Audit of ${subjectName(ref.subject)}, ${ref.range.label}`,
    // The oldest first.
    records: [csvRecord(COLUMNS), ...events.toReversed().map(recordOf)],
  });
  if (refused) return `${refused} An operator can export it: countersign audit export --format csv.`;
  const cut =
    events.length === ROWS ? ` Only the newest ${ROWS.toLocaleString('en-US')} events are in it.` : '';
  return `The CSV is in your direct messages: ${events.length.toLocaleString('en-US')} events.${cut}`;
}

function fileName({ subject, range }: AuditRef): string {
  const name = subjectName(subject)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  return `audit-${name}-${range.from.toISOString().slice(0, 10)}.csv`;
}

function recordOf(event: AuditEvent): string {
  const { line, detail } = describeEvent(event);
  const { at, number, type, actor, agent, system, account, stream, seq, data } = event;
  const what = detail ? `${line} (${detail})` : line;
  // To be summed over the events of one type: what was proposed and what was written both have it.
  const impact = impactOf(data);
  const cells = [
    at.toISOString(),
    number,
    what,
    impact ? amountOf(impact) : null,
    impact?.currency ?? null,
    isObject(data.by) ? byOf(data.by).name : null,
    type,
    actor,
    agent,
    system,
    account,
    stream,
    seq,
    JSON.stringify(data),
  ];
  return csvRecord(cells.map((cell) => (cell === null ? null : String(cell))));
}
