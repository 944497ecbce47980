import type { JsonObject } from './json.ts';

/** An audit event as it was sealed, nothing rounded. */
export interface SealedEvent {
  readonly stream: string;
  readonly seq: number;
  /** `2026-11-03T12:30:15.123456Z` */
  readonly at: string;
  readonly xid: string;
  readonly type: string;
  readonly actor: string;
  readonly agent: string | null;
  readonly system: string | null;
  readonly account: string | null;
  readonly number: string | null;
  /** The JSON as Postgres writes it, byte for byte. */
  readonly data: string;
}

const COLUMNS = 11;
/** Postgres counts from 2000. */
const EPOCH_MICROS = 946_684_800_000_000n;

/** Reads the bytes that are hashed: Postgres's binary form of the row (docs/audit-evidence.md). Throws if they are not one. */
export function decodeAuditRow(bytes: Buffer): SealedEvent {
  const fields = fieldsOf(bytes);
  const [stream, seq, at, xid, type, actor, agent, system, account, number, data] = fields;
  return {
    stream: textOf(stream),
    seq: present(seq).readInt32BE(),
    at: instantOf(present(at).readBigInt64BE()),
    xid: String(present(xid).readBigInt64BE()),
    type: textOf(type),
    actor: textOf(actor),
    agent: agent?.toString('utf8') ?? null,
    system: system?.toString('utf8') ?? null,
    account: account?.toString('utf8') ?? null,
    number: number ? String(number.readBigInt64BE()) : null,
    data: textOf(data),
  };
}

function fieldsOf(bytes: Buffer): (Buffer | undefined)[] {
  if (bytes.readInt32BE() !== COLUMNS) throw new Error('not the bytes of an audit event');
  const fields: (Buffer | undefined)[] = [];
  let offset = 4;
  for (let column = 0; column < COLUMNS; column += 1) {
    const length = bytes.readInt32BE(offset + 4);
    offset += 8;
    fields.push(length < 0 ? undefined : bytes.subarray(offset, offset + length));
    offset += Math.max(0, length);
  }
  return fields;
}

function present(field: Buffer | undefined): Buffer {
  if (!field) throw new Error('not the bytes of an audit event');
  return field;
}

function textOf(field: Buffer | undefined): string {
  return present(field).toString('utf8');
}

function instantOf(micros: bigint): string {
  const unix = micros + EPOCH_MICROS;
  const inSecond = ((unix % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((unix - inSecond) / 1000n)).toISOString();
  return second.replace(/\.\d+Z$/, `.${String(inSecond).padStart(6, '0')}Z`);
}

/** When it says that it was, in milliseconds of Unix time, without reading the rest: a verification asks this of every row. */
export function instantInRow(bytes: Buffer): number {
  const offset = 4 + 8 + bytes.readInt32BE(8) + 8 + 4 + 8;
  return (bytes.readInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4)) / 1000 + 946_684_800_000;
}

/** One line of JSON. `place` is what is known of it beside: where its leaf is, what it commits to. `data` stands last and verbatim: its bytes are what was hashed. */
export function auditLine(event: SealedEvent, place: JsonObject): string {
  const { data, ...rest } = event;
  return `${JSON.stringify({ ...place, ...rest }).slice(0, -1)},"data":${data}}`;
}
