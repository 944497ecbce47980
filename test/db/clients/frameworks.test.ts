import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { AGENT_KEY } from '../../support/door.ts';
import { eventually, freshAccount } from '../../support/door-world.ts';
import { FRAMEWORKS, installFrameworks } from '../../support/frameworks.ts';
import { type ScriptedModel, startScriptedModel } from '../../support/scripted-model.ts';
import { openServingWorld, type ServingWorld } from '../../support/serving-world.ts';

let world: ServingWorld;
let model: ScriptedModel;
beforeAll(async () => {
  [world, model] = await Promise.all([openServingWorld(), startScriptedModel(), installFrameworks()]);
}, 300_000);
afterAll(async () => {
  await Promise.all([world.close(), model.close()]);
});

/** As its user runs it, but for the model, which is a server of ours that speaks the same network API. Resolves to what it printed. */
function run(file: string, account: string): Promise<string[]> {
  const env = {
    PATH: process.env.PATH,
    ...{ COUNTERSIGN_URL: world.door.url, COUNTERSIGN_KEY: AGENT_KEY },
    ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'none', OPENAI_AGENTS_DISABLE_TRACING: '1' },
    THREAD: `ticket-${account}`,
  };
  const prompt = `Refund 1250.00 of inv_9, account ${account}`;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stdout: string, stderr: string) =>
      error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout.trim().split('\n'));
    execFile(process.execPath, [join(FRAMEWORKS, file), prompt], { env, timeout: 60_000 }, done);
  });
}

describe('the examples of the frameworks', () => {
  it.each(['vercel-ai.mjs', 'vercel-ai-mcp.mjs', 'openai-agents.mjs', 'langgraph.mjs'])(
    '%s proposes once, writes what people approve, and tells the model of a no',
    async (file) => {
      const before = await world.stored();
      const [yes, no] = [freshAccount(), freshAccount()];
      const both = Promise.all([run(file, yes), run(file, no)]);
      await world.decideFor(yes, 'approved');
      await world.decideFor(no, 'rejected');
      const [written, refused] = await both;
      expect([written.at(-1), refused.at(-1)]).toEqual(['It is executed, as re_1.', 'It is rejected.']);
      // Over MCP the model itself waits.
      if (file !== 'vercel-ai-mcp.mjs') expect(written[0]).toMatch(/^#\d+: Wait\./);
      expect(await world.stored()).toBe(before + 2);
    },
  );
});

/** As far as it is used here. */
interface ForeignClient {
  tools(): Promise<Record<string, ForeignTool>>;
  close(): Promise<void>;
}
interface ForeignTool {
  execute(args: object, options: object): Promise<{ isError?: boolean; structuredContent: Known }>;
}
type Known = Record<string, unknown> & { id: string; state: string; questions: { id: string }[] };

/** Vercel's, which shares no code with the SDK that the server is made of. */
async function foreignClient(): Promise<ForeignClient> {
  const path = createRequire(join(FRAMEWORKS, 'package.json')).resolve('@ai-sdk/mcp');
  const { createMCPClient } = await import(path);
  const headers = { authorization: `Bearer ${AGENT_KEY}` };
  return createMCPClient({ transport: { type: 'http', url: `${world.door.url}/mcp`, headers } });
}

describe('an MCP client that is not ours', () => {
  it('lists and calls every tool', async () => {
    const client = await foreignClient();
    const tools = await client.tools();
    const called = new Set<string>();
    const call = async (name: string, args: object): Promise<Known> => {
      called.add(name);
      const result = await tools[name]?.execute(args, { toolCallId: name, messages: [] });
      if (!result || result.isError) throw new Error(`${name}: ${JSON.stringify(result)}`);
      return result.structuredContent;
    };
    const account = freshAccount();
    expect(await call('list_actions', {})).toMatchObject({
      actions: expect.arrayContaining([expect.objectContaining({ action: 'billing.refund' })]),
    });
    const reason = 'Charged twice';
    const refund = { account, invoice: 'inv_9', amount: '1250.00', reason };
    const { id } = await call('billing_refund', refund);
    const pending = await eventually(async () => {
      const found = await call('get_proposal', { id });
      return found.state === 'pending' ? found : undefined;
    });
    expect(pending).toMatchObject({ id, account, reason });
    const uuid = id.replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const person = await member(world.context, 'ULEA', 'lea@acme.test');
    await askQuestion(world.context, { proposalId: uuid, text: 'Which ticket?', person, groups: GROUPS });
    const [question] = (await call('get_proposal', { id })).questions;
    const answered = await call('answer', { id, question: question?.id, text: '8841' });
    expect(answered.questions).toMatchObject([{ answer: { text: '8841' } }]);
    const waiting = call('wait_for_decision', { id });
    await world.decideFor(account, 'approved');
    expect((await waiting).decision).toBe('approved');
    const other = await call('billing_refund', { ...refund, account: freshAccount() });
    expect((await call('withdraw', { id: other.id })).state).toBe('withdrawn');
    await call('billing_write_off', { account: freshAccount(), amount: '700.00', reason });
    await call('crm_set_status', { customer: '4471', status: 'paused', reason });
    expect([...called].toSorted()).toEqual(Object.keys(tools).toSorted());
    await client.close();
  });
});
