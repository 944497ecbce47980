import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnector } from '../../../src/connectors/create-connector.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { advanceRollback, confirmRollback } from '../../../src/lifecycle/confirm-rollback.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { planRollback } from '../../../src/lifecycle/plan-rollback.ts';
import { propose } from '../../../src/lifecycle/propose.ts';
import { loadManifests } from '../../../src/manifests/load-manifests.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { type Child, startChild } from '../../support/child-process.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, post } from '../../support/desk.ts';
import { timePasses } from '../../support/warehouse.ts';

const EXAMPLE = join(import.meta.dirname, '../../../examples/soap-wrapper');
const TOKEN = 'contracts-token-for-tests-only';

let db: FreshDatabase;
let legacy: Child;
let wrapper: Child;
let url: string;
let soapUrl: string;
let context: Awaited<ReturnType<typeof testContext>>;
const urlIn = (line: string) => /http:\S+/.exec(line)?.[0] ?? '';
beforeAll(async () => {
  db = await freshDatabase();
  // It does the first change, and never answers.
  legacy = startChild(process.execPath, [join(EXAMPLE, 'legacy.mjs'), '0'], { env: { SILENT_CHANGES: '1' } });
  soapUrl = urlIn(await legacy.line(/contracts at/));
  wrapper = startChild(process.execPath, [join(EXAMPLE, 'wrapper.mjs'), '0'], {
    env: { SOAP_URL: soapUrl, CONTRACTS_TOKEN: TOKEN },
  });
  url = urlIn(await wrapper.line(/wrapper at/));
  const env = {
    CONTRACTS_URL: url,
    CONTRACTS_TOKEN: TOKEN,
    CONTRACT_AGENT_KEY: 'whsec_dGVzdC1rZXktb2YtdGhlLWNvbnRyYWN0LWFnZW50LTAx',
  };
  const loaded = loadManifests(join(EXAMPLE, 'manifests'), env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const system = loaded.manifests.systems.contracts;
  if (!system) throw new Error('there is no system');
  const connector = createConnector(system, () => TOKEN);
  context = await testContext({
    ...{ url: db.appUrl, manifests: loaded.manifests, env },
    connectorOf: () => connector,
  });
});
afterAll(async () => {
  await Promise.all([legacy?.kill('SIGTERM'), wrapper?.kill('SIGTERM')]);
  await context?.close();
  await db.drop();
});

const status = async (number: string) => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const contract: unknown = await (await fetch(`${url}/contracts/${number}`, { headers })).json();
  return contract;
};

async function proposed(contract: string): Promise<Proposal> {
  const agent = context.manifests.agents['contract-agent'];
  if (!agent) throw new Error('there is no agent');
  const result = await propose(context, agent, post({ action: 'contracts.suspend', input: { contract } }));
  if (result.outcome !== 'received') throw new Error(JSON.stringify(result));
  await assess(context, result.id);
  return getProposal(context.database, result.id);
}

async function approved(proposal: Proposal): Promise<void> {
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { verdict: 'approved', reason: null, person, groups: GROUPS } as const;
  await decide(context, { ...deciding, proposalId: proposal.id, digest: proposal.digest ?? '' });
}

const read = async ({ id }: Proposal) => getProposal(context.database, id);

/** Works until it has come so far: it is asked no more than five times a second. */
async function becomes(proposal: Proposal, state: Proposal['state']): Promise<void> {
  const worked = async () => {
    await timePasses(db.url);
    await executeDue(context, 10);
    return (await read(proposal)).state;
  };
  await expect.poll(worked, { timeout: 15_000, interval: 200 }).toBe(state);
}

describe('a system that speaks SOAP, behind its wrapper', () => {
  it('is judged by what it says, values as they are in XML', async () => {
    const proposal = await proposed('70001');
    expect(proposal).toMatchObject({
      state: 'pending',
      before: { holder: 'Ines & Sons <Ltd>', status: 'active', premium: '1250.00' },
    });
    expect((await proposed('79999')).state).toBe('blocked');
  });

  it('that did it and never answered is asked for our reference, and it was done once', async () => {
    const proposal = await proposed('70001');
    await approved(proposal);
    await becomes(proposal, 'executed');
    expect(await status('70001')).toMatchObject({ status: 'suspended' });
    const again = await proposed('70001');
    expect(again).toMatchObject({ state: 'blocked', blocked: 'Contract 70001 is suspended' });
  });

  it('is written once, and undone by a rollback', async () => {
    const proposal = await proposed('70002');
    await approved(proposal);
    await becomes(proposal, 'executed');
    expect(await read(proposal)).toMatchObject({
      execution: { after: { status: 'suspended' }, result: { contract: '70002' } },
    });
    const [dana, pat] = [
      await member(context, 'UDANA', 'dana@acme.test'),
      await member(context, 'UPAT', 'pat@acme.test'),
    ];
    const scope = { kind: 'account', subject: '70002' } as const;
    const plan = await planRollback(context, { scope, since: null, person: dana, groups: GROUPS });
    if (plan.outcome !== 'planned') throw new Error(plan.because);
    const { id, digest } = plan.rollback;
    await confirmRollback(context, { id, digest, person: pat, groups: GROUPS });
    await advanceRollback(context, id);
    await becomes(proposal, 'rolled_back');
    expect(await status('70002')).toMatchObject({ status: 'active' });
  });

  it('shows its wrapper’s token to nobody without it, and takes no document type', async () => {
    expect((await fetch(`${url}/contracts/70001`)).status).toBe(401);
    const body =
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Envelope><Body><GetContract><number>&e;</number></GetContract></Body></Envelope>';
    const answer = await fetch(soapUrl, { method: 'POST', headers: { soapaction: '"x:GetContract"' }, body });
    expect(await answer.text()).toContain('soap:Server');
    expect(await (await fetch(`${soapUrl}?wsdl`)).text()).toContain('<definitions name="Contracts"');
  });
});
