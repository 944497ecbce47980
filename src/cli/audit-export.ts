import { once } from 'node:events';
import { userInfo } from 'node:os';
import type { SealedEvent } from '../domain/audit-row.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';
import { csvRecord } from '../domain/csv.ts';
import type { JsonObject } from '../domain/json.ts';
import { withKept } from '../domain/personal-fields.ts';
import { formatVerifyingKey } from '../domain/signing-key.ts';
import { parseTimeRange } from '../domain/time-range.ts';
import { EXIT, Stop } from '../errors.ts';
import { exportProved, exportWhole, placeEvents } from '../lifecycle/export-audit.ts';
import { listAuditValues, recordEvent } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import type { RowFilter } from '../store/sealed-rows.ts';
import { collectHeads, type Heads, headsIn } from './heads.ts';
import { onStore, type StoreSettings } from './open-store.ts';

export interface ExportOptions {
  readonly account?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format: string;
  readonly checkpoint?: string;
}

/** Writes to stdout; what is wrong with it goes to stderr. Exit 1: some rows are not what was sealed. */
export async function runExport(settings: StoreSettings, options: ExportOptions): Promise<number> {
  const filter = filterOf(options);
  const altered = await onStore(settings, 'application', async (database) => {
    await recordEvent(database, 'access', {
      type: 'audit.exported',
      actor: `cli:${userInfo().username}`,
      ...(options.account ? { account: options.account } : {}),
      data: { since: options.since ?? null, until: options.until ?? null, format: options.format },
    });
    return options.format === 'csv'
      ? writeCsv(database, filter)
      : writeLines(database, filter, await headFor(database, settings, options));
  });
  if (altered === 0) return EXIT.done;
  process.stderr.write(`${altered} rows are not what was sealed: run countersign audit verify\n`);
  return EXIT.no;
}

function filterOf({ account, since, until }: ExportOptions): RowFilter {
  return {
    ...(account ? { account } : {}),
    ...(since ? { from: timeOf(since, 'from') } : {}),
    ...(until ? { until: timeOf(until, 'until') } : {}),
  };
}

/** Days are UTC: a file has no time zone. */
function timeOf(text: string, end: 'from' | 'until'): Date {
  if (/^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text);
  const range = parseTimeRange(text, { now: new Date(), timezone: 'UTC' });
  if ('problem' in range) throw new Stop(EXIT.usage, range.problem);
  return range[end];
}

interface Head {
  readonly head: SignedCheckpoint;
  readonly heads: Heads;
}

/** The newest head of the given file, else the newest there is. */
async function headFor(database: Database, settings: StoreSettings, options: ExportOptions): Promise<Head> {
  const heads = await collectHeads(database, settings, {});
  const candidates = options.checkpoint ? headsIn(options.checkpoint) : heads.good;
  const head = candidates.toSorted((a, b) => a.size - b.size).at(-1);
  if (!head) throw new Stop(EXIT.no, 'No head was signed yet; a running server signs one within a minute');
  return { head, heads };
}

/** The first line of an export: the head that its proofs lead to. */
export function headerLine({ head, heads }: Head, about: Record<string, unknown>): string {
  const signatures = head.signatures.map(({ name, id, bytes }) => {
    const line = Buffer.concat([Buffer.from(id, 'hex'), bytes]).toString('base64');
    return `— ${name} ${line}\n`;
  });
  return JSON.stringify({
    countersign_audit: 1,
    ...about,
    checkpoint: `${head.body}\n${signatures.join('')}`,
    keys: heads.keys.map(formatVerifyingKey),
  });
}

async function writeLines(database: Database, filter: RowFilter, head: Head): Promise<number> {
  const isWhole = Object.keys(filter).length === 0;
  await write(
    `${headerLine(head, {
      whole: isWhole,
      account: filter.account ?? null,
      from: filter.from?.toISOString() ?? null,
      until: filter.until?.toISOString() ?? null,
    })}\n`,
  );
  const line = (text: string) => write(`${text}\n`);
  const { altered } = isWhole
    ? await exportWhole(database, line)
    : await exportProved(database, filter, head.head.size, line);
  return altered;
}

const COLUMNS = [
  'at',
  'number',
  'type',
  'actor',
  'agent',
  'system',
  'account',
  'stream',
  'seq',
  'data',
] as const;

function recordOf(event: SealedEvent): string {
  return csvRecord(COLUMNS.map((column) => (event[column] === null ? null : String(event[column]))));
}

/** A spreadsheet proves nothing: it has the personal values in their places. */
async function readableData(database: Database, event: SealedEvent): Promise<string> {
  const data = JSON.parse(event.data) as JsonObject;
  if (!('erasable' in data)) return event.data;
  const values = await listAuditValues(database, [event]);
  return JSON.stringify(withKept(data, values.get(`${event.stream} ${event.seq}`) ?? []));
}

async function writeCsv(database: Database, filter: RowFilter): Promise<number> {
  let altered = 0;
  await write(csvRecord(COLUMNS));
  for await (const { event, isAltered } of placeEvents(database, filter)) {
    if (isAltered) altered += 1;
    const data = await readableData(database, event);
    await write(recordOf({ ...event, data }));
  }
  return altered;
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
