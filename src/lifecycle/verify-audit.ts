import type { Finding } from '../domain/audit-finding.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';
import { compareSeal } from '../domain/compare-seal.ts';
import { followLog } from '../domain/follow-log.ts';
import { listDiscrepancies } from '../store/audit-joins.ts';
import type { Database } from '../store/database.ts';
import { listRetired, listUndeclaredRetirements, type Retired } from '../store/retirements.ts';
import { readUnsealed, type Unsealed } from '../store/sealed-rows.ts';
import type { SealRecord } from '../store/seals.ts';
import { readLog } from './read-log.ts';

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
  for await (const window of readLog(database)) {
    const { seal } = window;
    rows += window.rows.length;
    seals += 1;
    note(log.follow(seal));
    const position = seal.size - seal.leaves.length / 32;
    const compared = { id: seal.id, position, leaves: seal.leaves, at: seal.at, notBefore: floor.of(seal) };
    note(compareSeal(compared, window.rows, isWithin(retired, seal.size)));
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
