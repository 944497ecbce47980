import { auditLine, decodeAuditRow, type SealedEvent } from '../domain/audit-row.ts';
import type { JsonObject } from '../domain/json.ts';
import { createProver, leafHash, type Prover } from '../domain/merkle.ts';
import { listAuditValues } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { listRetired } from '../store/retirements.ts';
import { type RowFilter, readPlacedRows } from '../store/sealed-rows.ts';
import { listSealsById, readSeals, type SealRecord } from '../store/seals.ts';
import { readLog } from './read-log.ts';

export interface PlacedEvent {
  readonly event: SealedEvent;
  readonly bytes: Buffer;
  readonly seal: number | null;
  /** Of its leaf. Null: not sealed yet, or not what was sealed. */
  readonly position: number | null;
  readonly isAltered: boolean;
}

/** The rows that fit the filter, each with the place of its leaf. */
export async function* placeEvents(database: Database, filter: RowFilter): AsyncGenerator<PlacedEvent> {
  let known: SealRecord | undefined;
  for await (const rows of readPlacedRows(database, filter)) {
    for (const { seal, bytes } of rows) {
      if (seal !== null && known?.id !== seal) [known] = await listSealsById(database, [seal]);
      const position = seal === null || !known ? null : positionOf(known, leafHash(bytes));
      yield {
        event: decodeAuditRow(bytes),
        bytes,
        seal,
        position,
        isAltered: seal !== null && position === null,
      };
    }
  }
}

function positionOf({ leaves, size }: SealRecord, leaf: Buffer): number | null {
  let offset = leaves.indexOf(leaf);
  while (offset > 0 && offset % 32 !== 0) offset = leaves.indexOf(leaf, offset + 1);
  return offset < 0 ? null : size - leaves.length / 32 + offset / 32;
}

export interface Exported {
  readonly rows: number;
  /** Rows that are not what was sealed. */
  readonly altered: number;
  /** Rows that no head of this size proves: too young, or altered. */
  readonly unproved: number;
  readonly positions: readonly number[];
}

/** Writes each row with the hashes that lead from it to the root of the first `size` leaves, and with its personal values where asked. */
export async function exportProved(
  database: Database,
  filter: RowFilter,
  size: number,
  write: (line: string) => Promise<void>,
  withValues = true,
): Promise<Exported> {
  const positions: number[] = [];
  for await (const { position } of placeEvents(database, filter))
    if (position !== null && position < size) positions.push(position);
  const prover = await proverOf(database, positions, size);
  let rows = 0;
  let altered = 0;
  for await (const placed of placeEvents(database, filter)) {
    rows += 1;
    if (placed.isAltered) altered += 1;
    const values = withValues ? await valuesOf(database, placed.event) : {};
    await write(auditLine(placed.event, { ...placeOf(placed, size, prover), ...values }));
  }
  return { rows, altered, unproved: rows - positions.length, positions };
}

function placeOf({ seal, position, isAltered }: PlacedEvent, size: number, prover: Prover): JsonObject {
  const isProved = position !== null && position < size;
  return {
    position,
    seal,
    ...(isAltered ? { altered: true } : {}),
    proof: isProved ? prover.proof(position).map((hash) => hash.toString('base64')) : null,
  };
}

/** The personal values that are still kept, with what opens their commitments; nothing for an event that has none. */
async function valuesOf(database: Database, event: SealedEvent): Promise<JsonObject> {
  if (!event.data.includes('"erasable": ')) return {};
  const own = (await listAuditValues(database, [event])).get(`${event.stream} ${event.seq}`) ?? [];
  return { values: Object.fromEntries(own.map(({ path, salt, json }) => [path, { salt, json }])) };
}

async function proverOf(database: Database, positions: readonly number[], size: number): Promise<Prover> {
  const prover = createProver(positions, size);
  let left = size;
  for await (const seals of readSeals(database)) {
    for (const { leaves } of seals) {
      for (let offset = 0; offset < leaves.length && left > 0; offset += 32, left -= 1)
        prover.append(leaves.subarray(offset, offset + 32));
    }
    if (left === 0) break;
  }
  return prover;
}

/** Writes the whole log, leaf by leaf; where there is no row, the leaf alone. Who has all of it needs no proofs. */
export async function exportWhole(
  database: Database,
  write: (line: string) => Promise<void>,
): Promise<Pick<Exported, 'rows' | 'altered'>> {
  const retired = await listRetired(database);
  let rows = 0;
  let altered = 0;
  for await (const { seal, rows: there } of readLog(database)) {
    const byLeaf = new Map(there.map((bytes) => [leafHash(bytes).toString('base64'), bytes]));
    const start = seal.size - seal.leaves.length / 32;
    for (let position = start; position < seal.size; position += 1) {
      const leaf = seal.leaves.toString('base64', (position - start) * 32, (position - start + 1) * 32);
      const bytes = byLeaf.get(leaf);
      const place = { position, seal: seal.id };
      if (bytes) {
        const event = decodeAuditRow(bytes);
        await write(auditLine(event, { ...place, ...(await valuesOf(database, event)) }));
      } else {
        const isRetired = retired.some(({ from, until }) => position >= from && position < until);
        if (!isRetired) altered += 1;
        await write(JSON.stringify({ ...place, leaf, row: isRetired ? 'retired' : 'gone or altered' }));
      }
      rows += 1;
    }
  }
  return { rows, altered };
}
