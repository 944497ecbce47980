import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Answer } from '../../../src/http/answer.ts';
import { type ToolActs, toolsOf } from '../../../src/http/mcp-tools.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';

function refundTool(agent: string) {
  const proposed: JsonObject[] = [];
  const propose = async (body: JsonObject) => {
    proposed.push(body);
    return {} as Answer;
  };
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'agents/refund-agent.yml': `${files['agents/refund-agent.yml']}\n${agent}`,
  }));
  const refunds = manifests.agents['refund-agent'];
  if (!refunds) throw new Error('there is no such agent');
  const tool = toolsOf(manifests, refunds, { propose } as ToolActs).find(
    ({ name }) => name === 'billing_refund',
  );
  if (!tool) throw new Error('there is no such tool');
  return { tool, proposed };
}

it('asks a model for whom it asks, and insists where the agent has to say it', async () => {
  const free = refundTool('');
  expect(free.tool.inputSchema.properties).toHaveProperty('on_behalf_of');
  expect(free.tool.inputSchema.required).not.toContain('on_behalf_of');
  const bound = refundTool('on_behalf_of: required\n');
  expect(bound.tool.inputSchema.required).toContain('on_behalf_of');
  await bound.tool.run({ account: '4471', reason: 'Charged twice', on_behalf_of: 'lea@acme.test' });
  expect(bound.proposed).toEqual([
    {
      action: 'billing.refund',
      input: { account: '4471' },
      reason: 'Charged twice',
      on_behalf_of: 'lea@acme.test',
    },
  ]);
});
