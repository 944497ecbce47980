import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnector } from '../../../src/connectors/create-connector.ts';
import { startCrm } from '../../../src/demo/crm/crm.ts';
import { decodeEnvelope } from '../../../src/domain/envelope.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { getEnvelope } from '../../../src/store/envelopes.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testContext, testManifests } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { member } from '../../support/desk.ts';
import { startToolServer } from '../../support/mcp-system.ts';
import { approved, proposedBy } from '../../support/warehouse.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

const TOKEN = 'crm-token-for-tests-only-0001';

async function contextAt(url: string) {
  const env = { ...TEST_ENV, CRM_MCP_URL: url };
  const connectors = new Map<string, ReturnType<typeof createConnector>>();
  const context = await testContext({
    ...{ url: db.appUrl, env, manifests: testManifests(env) },
    connectorOf: (system) => {
      const connector = connectors.get(system.id) ?? createConnector(system, () => TOKEN);
      connectors.set(system.id, connector);
      return connector;
    },
  });
  const close = async () => {
    for (const connector of connectors.values()) await connector.close();
    await context.close();
  };
  return { ...context, close };
}

const setStatus = (customer: string, status: string) => ({
  action: 'crm.set_status',
  input: { customer, status },
});

describe("a write through the demo's MCP server", () => {
  it('is judged by what the tool shows, and done once by the tool that was approved', async () => {
    const own = await freshDatabase();
    const crm = await startCrm({ databaseUrl: own.url, token: TOKEN });
    await crm.seed([{ id: '4471', name: 'Northwind Outfitters' }]);
    const context = await contextAt(crm.url);
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const proposal = await proposedBy(context, 'refund-agent', setStatus('4471', 'paused'));
    expect(proposal).toMatchObject({
      state: 'pending',
      before: { name: 'Northwind Outfitters', status: 'active' },
    });
    const { request } = decodeEnvelope(await getEnvelope(context.database, proposal.id, 1));
    expect(request).toMatchObject({
      tool: 'set_status',
      pin: { server: `acme-crm 3.2.0 at ${crm.url}`, schema: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    await approved(context, proposal, lea);
    await executeDue(context, 10);
    expect(await getProposal(context.database, proposal.id)).toMatchObject({
      state: 'executed',
      execution: { after: { status: 'paused' } },
    });
    expect(await crm.changes()).toMatchObject([{ customer: '4471', status: 'paused' }]);
    const again = await proposedBy(context, 'refund-agent', setStatus('4471', 'paused'));
    expect(again).toMatchObject({ state: 'blocked', blocked: 'Customer 4471 is paused already' });
    const nobody = await proposedBy(context, 'refund-agent', setStatus('1', 'paused'));
    expect(nobody).toMatchObject({ state: 'blocked' });
    await context.close();
    await crm.stop();
    await own.drop();
  });
});

describe('a tool that is changed after the approval', () => {
  it('is not called: it is asked again, in a new round, and says why', async () => {
    const options: { statuses: [string, ...string[]] } = { statuses: ['active', 'paused'] };
    const server = await startToolServer(options);
    const context = await contextAt(server.url);
    const lea = await member(context, 'ULEA', 'lea@acme.test');
    const proposal = await proposedBy(context, 'refund-agent', setStatus('4471', 'paused'));
    await approved(context, proposal, lea);
    options.statuses = ['active', 'paused', 'deleted'];
    await executeDue(context, 10);
    const asked = await getProposal(context.database, proposal.id);
    expect(asked).toMatchObject({ state: 'pending', round: 2 });
    expect(asked.digest).not.toBe(proposal.digest);
    expect(server.calls).not.toContain('set_status');
    const [lapsed] = (await listAudit(context.database, { number: proposal.number })).filter(
      ({ type }) => type === 'approval.lapsed',
    );
    expect(lapsed?.data.because).toContain('has changed its tool set_status');
    await approved(context, asked, lea);
    await executeDue(context, 10);
    expect(server.calls.filter((tool) => tool === 'set_status')).toHaveLength(1);
    await context.close();
    await server.close();
  });
});
