import postgres, { type Sql } from 'postgres';
import { expect, vi } from 'vitest';
import type { Context } from '../../src/context.ts';
import { readCheckpoints, type SignedCheckpoint } from '../../src/domain/checkpoint.ts';
import { makeSigningKey, readSigningKey, type SigningKey } from '../../src/domain/signing-key.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { sealDue, signHead } from '../../src/lifecycle/seal.ts';
import { recordEvent } from '../../src/store/audit.ts';
import { readUnsealed } from '../../src/store/sealed-rows.ts';
import { readLogOrigin } from '../../src/store/seals.ts';
import { testContext } from './context.ts';
import { freshDatabase } from './database.ts';
import { GROUPS, member, memoryBilling, proposed } from './desk.ts';

export interface EvidenceDesk {
  readonly url: string;
  readonly appUrl: string;
  readonly context: Context;
  readonly key: SigningKey;
  /** A superuser for whom every guard sleeps: what a thief of the database can do. */
  readonly thief: Sql;
  /** What was taken out of the database's reach so far. */
  readonly exported: string[];
  heads(): SignedCheckpoint[];
  /** Seals all there is; another test's open transaction on this server may hold it up a moment. */
  seal(): Promise<void>;
  /** Seals, and signs the head. */
  sealAndSign(): Promise<void>;
  /** Some events of a stream of its own, each in a commit of its own. */
  note(count: number): Promise<void>;
  /** A refund that was proposed, approved and written. Returns the proposal's id. */
  refund(): Promise<string>;
  close(): Promise<void>;
}

export async function evidenceDesk(): Promise<EvidenceDesk> {
  const db = await freshDatabase();
  const billing = memoryBilling();
  const context = await testContext({ url: db.appUrl, connectorOf: () => billing });
  const { database } = context;
  const key = readSigningKey(makeSigningKey().seed, await readLogOrigin(database), false);
  const thief = postgres(db.url, {
    max: 2,
    onnotice: () => {},
    connection: { session_replication_role: 'replica' },
  });
  await disableGuards(thief);
  const exported: string[] = [];
  const exportTo = async (note: string) => {
    exported.push(note);
  };
  const seal = () =>
    vi.waitFor(
      async () => {
        await sealDue(context, key, exportTo);
        expect((await readUnsealed(database)).rows).toBe(0);
      },
      { timeout: 20_000, interval: 20 },
    );
  return {
    url: db.url,
    appUrl: db.appUrl,
    context,
    key,
    thief,
    exported,
    heads: () => exported.flatMap((note) => readCheckpoints(note)),
    seal,
    async sealAndSign() {
      await seal();
      await signHead(context, key, exportTo);
    },
    async note(count) {
      for (let n = 1; n <= count; n += 1)
        await recordEvent(database, 'access', {
          type: 'audit.read',
          actor: 'person:dana',
          account: '4471',
          data: { n, by: 'Zoë "=1+1"', at: '🔎' },
        });
    },
    async refund() {
      const lea = await member(context, 'ULEA', 'lea@acme.test');
      const proposal = await proposed(context);
      const deciding = {
        proposalId: proposal.id,
        digest: proposal.digest ?? '',
        verdict: 'approved' as const,
      };
      const result = await decide(context, { ...deciding, reason: 'ok', person: lea, groups: GROUPS });
      if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
      while ((await executeDue(context, 4)) > 0);
      return proposal.id;
    },
    async close() {
      await Promise.all([context.close(), thief.end()]);
      await db.drop();
    },
  };
}

/** ENABLE ALWAYS triggers hold in replica mode too; a superuser can take them off all the same. */
async function disableGuards(thief: Sql): Promise<void> {
  const tables = await thief<{ name: string }[]>`
    select distinct tgrelid::regclass::text as name from pg_trigger where not tgisinternal and tgenabled = 'A'`;
  for (const { name } of tables) await thief`alter table ${thief(name)} disable trigger user`;
  // What makes a round's digest is no guard alone.
  await thief`alter table round enable always trigger round_digest`;
}
