import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { RenderedRequest } from '../../../src/domain/envelope.ts';
import type { Answer } from '../../../src/domain/handoff.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { coursesAgree } from '../../support/courses.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling, proposed } from '../../support/desk.ts';

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let billing: ReturnType<typeof memoryBilling>;
/** What the system says when it is asked for a write by its key, one after the other. */
let found: number[];

beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  billing = memoryBilling();
  billing.answer = () => ({ kind: 'lost', why: 'the connection broke' });
  const { read } = billing;
  billing.read = async (request: RenderedRequest): Promise<Answer> => {
    if (!('path' in request) || !request.path.startsWith('/refunds?key=')) return read(request);
    return { kind: 'answered', status: found.shift() ?? 500, body: { id: 're_1' }, retryAfterMs: undefined };
  };
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '')
      .replace(/^ {2}idempotency:.*\n/m, '')
      .replace('settle: 2s', 'settle: 1s'),
  }));
  context = await testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
  return async () => {
    await coursesAgree(context.database);
    await context.close();
  };
});

/** Written once, and the answer is lost. */
async function written(account: string): Promise<Proposal> {
  const { id } = await proposed(context, { amount: '20.00', account });
  await executeDue(context, 10);
  return getProposal(context.database, id);
}

describe('a write without a key whose answer was lost', () => {
  it('happened if the system says so, also when it said first that it did not', async () => {
    found = [404, 200];
    const proposal = await written('81');
    expect(proposal).toMatchObject({ state: 'executed', execution: { attempts: 1, result: { id: 're_1' } } });
    expect(billing.writes).toHaveLength(1);
  });

  it('is sent again only where it is absent twice', async () => {
    found = [404, 404];
    expect(await written('82')).toMatchObject({ state: 'approved', execution: { attempts: 1 } });
    found = [200];
    await executeDue(context, 10);
    expect(billing.writes).toHaveLength(2);
  });

  it('is unknown where the system says neither', async () => {
    found = [302];
    expect((await written('83')).state).toBe('unknown');
    expect(billing.writes).toHaveLength(1);
  });

  it('is asked for again later where the system does not answer, and not sent', async () => {
    found = [503];
    expect((await written('84')).state).toBe('executing');
    expect(billing.writes).toHaveLength(1);
  });
});
