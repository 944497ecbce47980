import { type Finding, rowChanged, rowMisdated, rowsGone } from './audit-finding.ts';
import { decodeAuditRow, instantInRow } from './audit-row.ts';
import { leafHash } from './merkle.ts';

export interface SealToCompare {
  readonly id: number;
  /** Of its first leaf. */
  readonly position: number;
  readonly leaves: Buffer;
  /** Sealed at, and a moment before which none of its rows can have been recorded. */
  readonly at: Date;
  readonly notBefore: Date | undefined;
}

/** Clocks are set back now and then. */
const TOLERANCE_MS = 60_000;

/** Compares the rows that are there now, in their order, with what was sealed. `isRetired` says which leaves need no row. */
export function compareSeal(
  seal: SealToCompare,
  rows: readonly Buffer[],
  isRetired?: (position: number) => boolean,
): Finding[] {
  const leaves = rows.map(leafHash);
  const misdated = rows.flatMap((row) => datingOf(seal, row));
  const count = seal.leaves.length / 32;
  const isWhole = leaves.length === count && leaves.every((leaf, index) => isAt(seal.leaves, index, leaf));
  return isWhole ? misdated : [...differences(seal, rows, leaves, isRetired), ...misdated];
}

function isAt(leaves: Buffer, index: number, leaf: Buffer): boolean {
  return leaves.compare(leaf, 0, 32, index * 32, index * 32 + 32) === 0;
}

function differences(
  seal: SealToCompare,
  rows: readonly Buffer[],
  leaves: readonly Buffer[],
  isRetired: ((position: number) => boolean) | undefined,
): Finding[] {
  const sealed = new Map<string, number>();
  for (let index = 0; index * 32 < seal.leaves.length; index += 1)
    sealed.set(seal.leaves.toString('hex', index * 32, index * 32 + 32), seal.position + index);
  const other = rows.filter((_, index) => !sealed.delete(leaves[index]?.toString('hex') ?? ''));
  const gone = [...sealed.values()].filter((position) => !isRetired?.(position));
  const changed = other.map((row) => rowChanged(decodeAuditRow(row), seal.id));
  // Each changed row leaves behind the place of what it was; what is more than that was taken out.
  const missing = gone.length - other.length;
  return missing > 0 ? [...changed, rowsGone(seal.id, gone[0] ?? seal.position, missing)] : changed;
}

function datingOf({ id, at, notBefore }: SealToCompare, row: Buffer): Finding[] {
  const said = instantInRow(row);
  const tooEarly = notBefore !== undefined && said < notBefore.getTime() - TOLERANCE_MS;
  if (!tooEarly && said <= at.getTime() + TOLERANCE_MS) return [];
  return [rowMisdated(decodeAuditRow(row), id, notBefore ?? at)];
}
