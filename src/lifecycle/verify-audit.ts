import type { Finding } from '../domain/audit-finding.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';
import { compareSeal } from '../domain/compare-seal.ts';
import { followLog } from '../domain/follow-log.ts';
import { listDiscrepancies } from '../store/audit-joins.ts';
import type { Database } from '../store/database.ts';
import { listRetired, listUndeclaredRetirements, type Retired } from '../store/retirements.ts';
import { listSealableRows, readUnsealed, type SealableRow, type Unsealed } from '../store/sealed-rows.ts';
import { readSeals, type SealRecord } from '../store/seals.ts';

export interface Verification {
  /** Compared with their leaves. */
  readonly rows: number;
  readonly seals: number;
  readonly size: number;
  readonly root: Buffer;
  readonly retired: number;
  readonly unsealed: Unsealed;
  /** The first hundred, in the order of the log. */
  readonly findings: readonly Finding[];
  readonly more: number;
}

const MOST_FINDINGS = 100;

/**
 * Reads the whole log: every row against its leaf, every seal against the one before it, the tree against every head, and the
 * tables against what is told of them. `heads` were signed by a key that is trusted.
 */
export async function verifyAudit(
  database: Database,
  heads: readonly SignedCheckpoint[],
): Promise<Verification> {
  const retired = await listRetired(database);
  const log = followLog(heads);
  const floor = createFloor();
  const findings: Finding[] = [];
  let found = 0;
  const note = (some: readonly Finding[]): void => {
    found += some.length;
    if (findings.length < MOST_FINDINGS) findings.push(...some.slice(0, MOST_FINDINGS));
  };
  let rows = 0;
  let seals = 0;
  for await (const batch of readBatches(database)) {
    let next = 0;
    rows += batch.rows.length;
    for (const seal of batch.seals) {
      seals += 1;
      note(log.follow(seal));
      const first = next;
      while (next < batch.rows.length && (batch.rows[next]?.xid ?? 0) < seal.uptoXid) next += 1;
      const position = seal.size - seal.leaves.length / 32;
      const compared = { id: seal.id, position, leaves: seal.leaves, at: seal.at, notBefore: floor.of(seal) };
      const bytes = batch.rows.slice(first, next).map((row) => row.bytes);
      note(compareSeal(compared, bytes, isWithin(retired, seal.size)));
    }
  }
  note([...log.end(), ...(await compareTables(database))]);
  return {
    rows,
    seals,
    size: log.size,
    root: log.root(),
    retired: retired.reduce((sum, { from, until }) => sum + until - from, 0),
    unsealed: await readUnsealed(database),
    findings,
    more: found - findings.length,
  };
}

interface Batch {
  readonly seals: readonly SealRecord[];
  readonly rows: readonly SealableRow[];
}

/** Seals with the rows of their windows; the next are fetched while these are hashed. */
async function* readBatches(database: Database): AsyncGenerator<Batch> {
  let ahead: Promise<Batch> | undefined;
  for await (const seals of readSeals(database)) {
    const fetched = fetchRows(database, seals);
    fetched.catch(() => {}); // Awaited below, one turn later.
    if (ahead) yield await ahead;
    ahead = fetched;
  }
  if (ahead) yield await ahead;
}

async function fetchRows(database: Database, seals: readonly SealRecord[]): Promise<Batch> {
  const from = seals[0]?.from ?? '0';
  const upto = seals.at(-1)?.upto ?? '0';
  return { seals, rows: await listSealableRows(database, from, upto) };
}

const REMEMBERED = 1_024;

/** When the last seal was made before which a seal's transactions had not begun: its rows can't be older. */
function createFloor(): { of(seal: SealRecord): Date | undefined } {
  let earlier: Pick<SealRecord, 'seenXid' | 'at'>[] = [];
  return {
    of({ seenXid, fromXid, at }) {
      const before = earlier.findLast((seal) => seal.seenXid <= fromXid);
      if (earlier.length >= REMEMBERED) earlier = earlier.slice(-REMEMBERED / 2);
      earlier.push({ seenXid, at });
      return before?.at;
    },
  };
}

function isWithin(retired: readonly Retired[], size: number): ((position: number) => boolean) | undefined {
  if (retired.length === 0) return undefined;
  const near = retired.filter(({ from }) => from < size);
  return (position) => near.some(({ from, until }) => position >= from && position < until);
}

async function compareTables(database: Database): Promise<Finding[]> {
  const discrepancies = (await listDiscrepancies(database)).map(
    ({ kind, stream, detail }): Finding => ({
      kind,
      stream,
      says:
        kind === 'decision' || kind === 'execution'
          ? `the ${kind} "${detail}" of ${stream} is told by no event`
          : `stream ${stream}: ${detail}`,
    }),
  );
  const undeclared = (await listUndeclaredRetirements(database)).map(
    (partition): Finding => ({
      kind: 'retired',
      says: `${partition} was taken out, and no event tells of it`,
    }),
  );
  return [...discrepancies, ...undeclared];
}
