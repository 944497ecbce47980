import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../domain/audit-finding.ts';
import { readCheckpoints, type SignedCheckpoint } from '../domain/checkpoint.ts';
import { judgeHeads } from '../domain/follow-log.ts';
import { readSigningKey, readVerifyingKey, type VerifyingKey, verifyingKey } from '../domain/signing-key.ts';
import { EXIT, Stop } from '../errors.ts';
import { CHECKPOINT_FILE } from '../lifecycle/seal.ts';
import { listCheckpoints, listVerifyingKeys } from '../store/checkpoints.ts';
import type { Database } from '../store/database.ts';
import { readLogOrigin } from '../store/seals.ts';
import type { StoreSettings } from './open-store.ts';

export interface GivenEvidence {
  readonly checkpoint?: readonly string[];
  readonly pubkey?: string;
}

export interface Heads {
  readonly good: readonly SignedCheckpoint[];
  /** So many of them were kept outside the database. */
  readonly outside: number;
  readonly findings: readonly Finding[];
  readonly keys: readonly VerifyingKey[];
  /** The keys are the database's own word. */
  readonly trustsDatabase: boolean;
}

/** Collects every signed head there is: from the files that were given or configured, and from the database. */
export async function collectHeads(
  database: Database,
  settings: StoreSettings,
  given: GivenEvidence,
): Promise<Heads> {
  const origin = await readLogOrigin(database);
  const own = (await listVerifyingKeys(database)).map(({ raw }) => verifyingKey(origin, raw));
  const trusted = trustedKeys(settings, given, origin);
  const keys = trusted.length > 0 ? trusted : own;
  const outside = judgeHeads(filesOf(settings, given).flatMap(headsIn), origin, keys);
  const kept = await keptHeads(database);
  const inside = judgeHeads(kept.heads, origin, [...keys, ...own]);
  return {
    good: [...outside.good, ...inside.good],
    outside: outside.good.length,
    findings: [...outside.findings, ...kept.findings, ...inside.findings],
    keys,
    trustsDatabase: trusted.length === 0,
  };
}

function trustedKeys({ audit }: StoreSettings, { pubkey }: GivenEvidence, origin: string): VerifyingKey[] {
  if (pubkey !== undefined) {
    try {
      return [readVerifyingKey(textOf(pubkey), origin)];
    } catch (error) {
      throw new Stop(EXIT.usage, `${pubkey}: ${error instanceof Error ? error.message : 'not a key'}`);
    }
  }
  return audit.signingKey ? [readSigningKey(audit.signingKey, origin, false)] : [];
}

function filesOf({ audit }: StoreSettings, { checkpoint }: GivenEvidence): readonly string[] {
  if (checkpoint) return checkpoint;
  const configured = audit.checkpoints && join(audit.checkpoints, CHECKPOINT_FILE);
  return configured && existsSync(configured) ? [configured] : [];
}

export function headsIn(file: string): SignedCheckpoint[] {
  try {
    return readCheckpoints(textOf(file));
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(EXIT.usage, `${file}: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Stop(EXIT.usage, `${file} can't be read`);
  }
}

/** What is no head any more has been tampered with. */
async function keptHeads(database: Database): Promise<{ heads: SignedCheckpoint[]; findings: Finding[] }> {
  const heads: SignedCheckpoint[] = [];
  const findings: Finding[] = [];
  for (const { size, note } of await listCheckpoints(database)) {
    try {
      heads.push(...readCheckpoints(note));
    } catch {
      findings.push({ kind: 'signature', says: `the kept head of ${size} rows is no head`, position: size });
    }
  }
  return { heads, findings };
}
