import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { createExecutorLoop } from '../../../src/jobs/executor.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { testContext } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
const billing = memoryBilling();
const slow = Promise.withResolvers<void>();
const held: string[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  context = await testContext({
    url: db.appUrl,
    connectorOf: () => ({
      ...billing,
      async write(request, options) {
        if ('body' in request && JSON.stringify(request.body).includes('"501"')) {
          held.push(options.key);
          await slow.promise;
        }
        return billing.write(request, options);
      },
    }),
  });
});
afterAll(async () => {
  await coursesAgree(context.database);
  await context.close();
  await db.drop();
});

async function approved(account: string): Promise<string> {
  const { id, digest } = await proposed(context, { account, amount: '700.00' });
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { digest: digest ?? '', verdict: 'approved', reason: null, groups: GROUPS } as const;
  const result = await decide(context, { proposalId: id, person, ...deciding });
  if (result.outcome !== 'decided') throw new Error(result.outcome);
  return id;
}

const stateOf = async (id: string) => (await getProposal(context.database, id)).state;

describe('the executor', () => {
  it('lets a slow write hold up no other, and stops when all are done', async () => {
    const executor = createExecutorLoop(context);
    executor.start();
    const first = await approved('501');
    executor.wake();
    await expect.poll(() => held.length).toBe(1);
    const second = await approved('502');
    executor.wake();
    await expect.poll(() => stateOf(second)).toBe('executed');
    expect(await stateOf(first)).toBe('approved');
    const stopped = executor.stop();
    slow.resolve();
    await stopped;
    expect(await stateOf(first)).toBe('executed');
  });
});
