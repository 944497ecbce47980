import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/context.ts';
import type { RenderedRequest } from '../../../src/domain/envelope.ts';
import type { Answer } from '../../../src/domain/handoff.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { acknowledge } from '../../../src/lifecycle/acknowledge.ts';
import { collect } from '../../../src/lifecycle/collect.ts';
import { execute, executeDue } from '../../../src/lifecycle/execute.ts';
import { beginExecution, claimExecutions } from '../../../src/store/executions.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { switchOff, switchOn } from '../../../src/store/switches.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { memoryBilling, proposed } from '../../support/desk.ts';
import { collectorOf, heldShipment, timePasses } from '../../support/warehouse.ts';

type Bot = Context & { close(): Promise<void> };

let db: FreshDatabase;
let billing: ReturnType<typeof memoryBilling>;
/** What the system says when it is asked for a write by its key, one after the other. */
let found: number[];
/** Of a system that knows keys and can be asked, one that can only be asked, and one that only knows keys. */
let both: Bot;
let findOnly: Bot;
let keyOnly: Bot;

const lee = { principal: 'person:lee', id: 'ULEE', name: 'Lee' };
const now = ({ id }: Pick<Proposal, 'id'>) => getProposal(both.database, id);

function bot(edit: (billing: string) => string): Promise<Bot> {
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': edit(files['systems/billing.yml'] ?? '').replace('settle: 2s', 'settle: 1s'),
    // Its window would make the suite fail by night in New York.
    'systems/fulfilment.yml': (files['systems/fulfilment.yml'] ?? '').replace(/^ {2}closed:.*\n/m, ''),
  }));
  return testContext({ url: db.appUrl, manifests, connectorOf: () => billing });
}

beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  found = [];
  billing = memoryBilling();
  billing.answer = () => ({ kind: 'lost', why: 'the connection broke' });
  const { read } = billing;
  billing.read = async (request: RenderedRequest): Promise<Answer> => {
    if (!('path' in request) || !request.path.startsWith('/refunds?key=')) return read(request);
    return { kind: 'answered', status: found.shift() ?? 500, body: { id: 're_1' }, retryAfterMs: undefined };
  };
  const bots = await Promise.all([
    bot((text) => text),
    bot((text) => text.replace(/^ {2}idempotency:.*\n/m, '')),
    bot((text) => text.replace(/^ {4}find:[\s\S]*?(?=^ {4}\w)/m, '')),
  ]);
  [both, findOnly, keyOnly] = bots as [Bot, Bot, Bot];
  return async () => {
    await switchOn(both.database, 'all', lee, null);
    await Promise.all(bots.map((each) => each.close()));
  };
});

const off = () => switchOff(both.database, 'all', lee, null);
const on = () => switchOn(both.database, 'all', lee, null);

let account = 100;
function approved(on: Context): Promise<Proposal> {
  account += 1;
  return proposed(on, { amount: '20.00', account: String(account) });
}

/** Written once; the answer is lost, and then everything is switched off. */
async function lostAndOff(on: Context): Promise<Proposal> {
  const proposal = await approved(on);
  await executeDue(on, 10);
  expect((await now(proposal)).state).toBe('executing');
  await off();
  await timePasses(db.url);
  return proposal;
}

const isPaged = async ({ id }: Proposal) =>
  (await both.database.sql`select 1 from outbox where topic = 'page' and ref = ${id}`).length > 0;

describe('a write whose answer was lost, once it is switched off', () => {
  it('is looked up instead of sent again, and happened if the system says so', async () => {
    const proposal = await lostAndOff(both);
    found = [200];
    expect(await executeDue(both, 10)).toBe(1);
    expect(await now(proposal)).toMatchObject({ state: 'executed', execution: { attempts: 1 } });
    expect(billing.writes).toHaveLength(1);
  });

  it('that is absent waits as approved, and is sent when it is on again', async () => {
    const proposal = await lostAndOff(findOnly);
    found = [404, 404];
    await executeDue(findOnly, 10);
    expect((await now(proposal)).state).toBe('approved');
    await timePasses(db.url);
    expect(await executeDue(findOnly, 10)).toBe(0);
    expect(billing.writes).toHaveLength(1);
    await on();
    found = [200];
    await executeDue(findOnly, 10);
    expect((await now(proposal)).state).toBe('executed');
    expect(billing.writes).toHaveLength(2);
  });

  it('is looked up again later where the system does not answer', async () => {
    const proposal = await lostAndOff(findOnly);
    found = [503];
    await executeDue(findOnly, 10);
    expect((await now(proposal)).state).toBe('executing');
    await timePasses(db.url);
    found = [302];
    await executeDue(findOnly, 10);
    expect((await now(proposal)).state).toBe('unknown');
    expect(billing.writes).toHaveLength(1);
  });

  it('is unknown and pages where it could only be sent again', async () => {
    const proposal = await lostAndOff(keyOnly);
    await executeDue(keyOnly, 10);
    expect(await now(proposal)).toMatchObject({
      state: 'unknown',
      execution: { attempts: 1, error: 'the connection broke; it is switched off' },
    });
    expect(await isPaged(proposal)).toBe(true);
    expect(billing.writes).toHaveLength(1);
  });

  it('is looked up where who wrote it died, and nothing that waits begins', async () => {
    const proposal = await approved(both);
    const [claim] = await claimExecutions(both.database, 'dead', 60_000, 10);
    if (!claim) throw new Error('nothing was claimed');
    expect(await beginExecution(both.database, claim, 1_000)).toBe('started');
    const waiting = await approved(both);
    await off();
    expect(await executeDue(both, 10)).toBe(0);
    await timePasses(db.url);
    found = [200];
    expect(await executeDue(both, 10)).toBe(1);
    expect((await now(proposal)).state).toBe('executed');
    expect((await now(waiting)).state).toBe('approved');
    expect(billing.writes).toHaveLength(0);
  });

  it('is looked up where the switch is thrown between its claim and its repetition', async () => {
    const proposal = await approved(both);
    await executeDue(both, 10);
    await timePasses(db.url);
    const claims = await claimExecutions(both.database, 'test', 60_000, 10);
    const claim = claims.find(({ proposalId }) => proposalId === proposal.id);
    if (!claim) throw new Error('it was not claimed');
    await off();
    await execute(both, claim);
    expect(await now(proposal)).toMatchObject({ state: 'executing', execution: { attempts: 1 } });
    found = [200];
    await executeDue(both, 10);
    expect((await now(proposal)).state).toBe('executed');
    expect(billing.writes.filter(({ key }) => key === claim.id)).toHaveLength(1);
  });

  it('is unknown where its system collected it and is silent, and the system may still say', async () => {
    const proposal = await heldShipment(both, 'shp_1', '9001');
    const collector = collectorOf(both);
    expect(await collect(both, collector, 1)).toMatchObject({
      outcome: 'handed_out',
      events: [{ attempt: 1 }],
    });
    await off();
    expect(await executeDue(both, 10)).toBe(0);
    await timePasses(db.url);
    expect(await collect(both, collector, 1)).toMatchObject({ events: [] });
    await executeDue(both, 10);
    expect((await now(proposal)).state).toBe('unknown');
    expect(await isPaged(proposal)).toBe(true);
    const said = { outcome: 'done', result: { shipment: 's' } } as const;
    expect(await acknowledge(both, collector, proposal.execution?.id ?? '', said)).toBe('recorded');
    expect((await now(proposal)).state).toBe('executed');
  });
});
