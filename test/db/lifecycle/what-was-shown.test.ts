import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { Context } from '../../../src/context.ts';
import { decodeEnvelope } from '../../../src/domain/envelope.ts';
import type { Manifests, System } from '../../../src/domain/manifest.ts';
import { amend } from '../../../src/lifecycle/amend.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { withdraw } from '../../../src/lifecycle/withdraw.ts';
import { getEnvelope } from '../../../src/store/envelopes.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { createDice } from '../../support/fuzz-requests.ts';
import { proposedBy } from '../../support/warehouse.ts';

/** `npm run deciding` has 10,000 of the first and 1,000 of the second. */
const INTERLEAVINGS = Number(process.env.INTERLEAVINGS ?? 60);
const RECORDS = Number(process.env.RECORD_CASES ?? 20);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const LANES = 12;

let db: FreshDatabase;
let billing: ReturnType<typeof memoryBilling>;
const open: (Context & { close(): Promise<void> })[] = [];
beforeEach(async () => {
  db = await freshDatabase();
  billing = memoryBilling();
});
afterEach(async () => {
  if (open[0]) await coursesAgree(open[0].database);
  await Promise.all(open.splice(0).map((each) => each.close()));
  await db.drop();
});

/** Another process over the same database. */
async function desk(
  manifests?: Manifests,
  connectorOf: (system: System) => Connector = () => billing,
): Promise<Context> {
  const context = await testContext({ url: db.appUrl, connectorOf, ...(manifests ? { manifests } : {}) });
  open.push(context);
  return context;
}

const lea = (context: Context) => member(context, 'ULEA', 'lea@acme.test');

async function approve(context: Context, id: string, digest: string): Promise<boolean> {
  const result = await decide(context, {
    ...{ proposalId: id, digest, verdict: 'approved', reason: null },
    ...{ person: await lea(context), groups: GROUPS },
  });
  return result.outcome === 'decided';
}

describe('a process that has other manifests', () => {
  it('writes by those that judged: to their address, with their bytes', async () => {
    const mine = await desk();
    const seen: string[] = [];
    const other = testManifests({ ...TEST_ENV, BILLING_URL: 'http://127.0.0.1:7' }, (files) => ({
      ...files,
      'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace(
        'do: { post: /refunds, body: { ',
        'do: { post: /refunds, body: { note: swapped, ',
      ),
    }));
    expect(other.digest).not.toBe(mine.manifests.digest);
    const theirs = await desk(other, (system) => {
      seen.push(String(JSON.stringify(system.actions.refund?.request)));
      return billing;
    });
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => proposed(mine, { account: String(100 + index) })),
    );
    for (const { id, digest } of all) expect(await approve(theirs, id, digest ?? '')).toBe(true);
    while ((await executeDue(theirs, 12)) > 0);
    for (const { id, policy } of all)
      expect(await getProposal(mine.database, id)).toMatchObject({ state: 'executed', policy });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.filter((request) => request.includes('swapped'))).toEqual([]);
    expect(billing.writes).toHaveLength(all.length);
    expect(JSON.stringify(billing.writes)).not.toContain('swapped');
  });
});

describe('what is written', () => {
  it(
    `is what was shown to who approved, however amending, approving, withdrawing and writing fall together (${INTERLEAVINGS} times, seed ${SEED})`,
    async () => {
      const endless = testManifests(TEST_ENV, (files) => ({
        ...files,
        'agents/refund-agent.yml': (files['agents/refund-agent.yml'] ?? '').replace(/^max_pending:.*$/m, ''),
      }));
      const desks = [await desk(endless), await desk(endless), await desk(endless)];
      const dice = createDice(SEED);
      const shown = new Set<string>();
      const ids: string[] = [];
      let left = INTERLEAVINGS;
      const at = () => desks[dice.below(desks.length)] as Context;

      async function once(account: string): Promise<void> {
        const amount = `${500 + dice.below(4_000)}.00`;
        const first = await proposed(at(), { account, amount });
        ids.push(first.id);
        const digest = first.digest ?? '';
        const changes = { amount: '1.00' };
        const steps: (() => Promise<unknown>)[] = [
          async () => {
            if (await approve(at(), first.id, digest)) shown.add(digest);
          },
          async () => {
            const context = at();
            const by = { person: await lea(context), groups: GROUPS };
            const result = await amend(context, { proposalId: first.id, digest, changes, ...by });
            if (result.outcome === 'amended') ids.push(result.other.id);
          },
          // Somebody approves by a digest that was never theirs to see.
          () => approve(at(), first.id, `sha256:${createHash('sha256').update(amount).digest('hex')}`),
          () => executeDue(at(), 4),
          ...(dice.below(4) === 0 ? [() => withdraw(at(), first.id)] : []),
        ];
        const shuffled = steps
          .map((step) => ({ step, order: dice.below(1_000) }))
          .sort((a, b) => a.order - b.order);
        await Promise.all(shuffled.map(({ step }) => step()));
      }

      const lane = async (n: number) => {
        while (left > 0) {
          left -= 1;
          await once(String(1_000 + n));
        }
      };
      await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
      while ((await executeDue(desks[0] as Context, 50)) > 0);

      const written = new Map(billing.writes.map(({ key, body }) => [key, body]));
      expect(written.size).toBe(billing.writes.length);
      const counts = { executed: 0, other: 0 };
      for (const id of ids) {
        const { database } = desks[0] as Context;
        const proposal = await getProposal(database, id);
        const key = proposal.execution?.id ?? '';
        if (proposal.state !== 'executed') {
          counts.other += 1;
          expect(written.has(key)).toBe(false);
          continue;
        }
        counts.executed += 1;
        const bytes = await getEnvelope(database, id, proposal.round);
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        const approvals = proposal.decisions
          .filter(({ kind }) => kind === 'approve')
          .map((each) => each.digest);
        expect(approvals).toEqual([digest]);
        expect(proposal.digest).toBe(digest);
        // What a person approved is a digest that they were shown; what the agent decided alone has none.
        if (proposal.decide !== 'agent') expect(shown.has(digest)).toBe(true);
        const { request } = decodeEnvelope(bytes);
        expect(written.get(key)).toEqual('body' in request ? request.body : request);
      }
      expect(counts.executed).toBeGreaterThan(0);
      expect(counts.other).toBeGreaterThan(0);
      expect(written.size).toBe(counts.executed);
      if (INTERLEAVINGS >= 1_000) console.log(JSON.stringify(counts));
    },
    60_000 + INTERLEAVINGS * 200,
  );
});

describe('a record that somebody changes between the card and the write', () => {
  it(
    `is written only as it was shown: ${RECORDS} changes at any moment (seed ${SEED})`,
    async () => {
      const mine = await desk();
      const dice = createDice(SEED);
      const blind: string[] = [];
      const counts = { asked: 0, executed: 0 };
      for (let n = 0; n < RECORDS; n += 1) {
        const version = n * 10;
        billing.record = { ...billing.record, version };
        const input = { account: String(5_000 + n), amount: '700.00' };
        const proposal = await proposedBy(mine, 'refund-agent', { action: 'billing.write_off', input });
        const change = () => {
          billing.record = { ...billing.record, version: version + 1 };
        };
        const when = dice.below(3);
        if (when === 0) change();
        await approve(mine, proposal.id, proposal.digest ?? '');
        if (when === 1) change();
        const before = billing.writes.length;
        await executeDue(mine, 10);
        const after = await getProposal(mine.database, proposal.id);
        if (when < 2 && billing.writes.length > before) blind.push(after.id);
        counts[after.state === 'executed' ? 'executed' : 'asked'] += 1;
        expect(after).toMatchObject(
          when < 2 ? { state: 'pending', round: 2 } : { state: 'executed', round: 1 },
        );
        // Asked again, it shows the record as it is now.
        if (when < 2) {
          expect(after.digest).not.toBe(proposal.digest);
          expect(await approve(mine, after.id, proposal.digest ?? '')).toBe(false);
          await withdraw(mine, after.id);
        }
      }
      expect(blind).toEqual([]);
      expect(counts.asked).toBeGreaterThan(0);
      expect(counts.executed).toBeGreaterThan(0);
      if (RECORDS >= 500) console.log(JSON.stringify(counts));
    },
    60_000 + RECORDS * 500,
  );
});
