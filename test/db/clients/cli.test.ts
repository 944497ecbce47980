import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY } from '../../support/door.ts';
import { freshAccount } from '../../support/door-world.ts';
import { openServingWorld, type ServingWorld } from '../../support/serving-world.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');

let world: ServingWorld;
beforeAll(async () => {
  world = await openServingWorld();
});
afterAll(() => world.close());

const keyed = () => ({ COUNTERSIGN_URL: world.door.url, COUNTERSIGN_KEY: AGENT_KEY });

function countersign(args: readonly string[], env: Record<string, string> = keyed(), stdin = '') {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env, timeout: 30_000 },
      (error, stdout, stderr) => resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(stdin);
  });
}

const refund = (account = freshAccount()) => [
  ...['propose', 'billing.refund', `account=${account}`, 'invoice=inv_9', 'amount=1250.00'],
  ...['--reason', 'Charged twice'],
];

describe('countersign propose', () => {
  it('proposes once under one key, and says what happens next', async () => {
    const args = [...refund(), '--key', `ticket-${freshAccount()}`];
    const first = await countersign(args);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^#\d+ \w+: Refund 1250\.00 .*Wait\./);
    const before = await world.stored();
    expect((await countersign(args)).code).toBe(0);
    expect(await world.stored()).toBe(before);
  });

  it('waits for people, and exits by what they say', async () => {
    const [yes, no] = [freshAccount(), freshAccount()];
    const both = [
      countersign([...refund(yes), '--wait', 'settled', '--json']),
      countersign([...refund(no), '--wait', 'decided']),
    ];
    await world.decideFor(yes, 'approved');
    await world.decideFor(no, 'rejected');
    const [approved, rejected] = await Promise.all(both);
    expect([approved?.code, JSON.parse(approved?.stdout ?? '').state]).toEqual([0, 'executed']);
    expect([rejected?.code, rejected?.stdout]).toEqual([1, expect.stringMatching(/^#\d+ rejected:/)]);
  });

  it('reads the input from stdin, and considers without storing', async () => {
    const args = ['propose', 'billing.refund', 'amount=99.00', '--input', '-', '--reason', 'x', '--dry-run'];
    const input = JSON.stringify({ account: freshAccount(), invoice: 'inv_9', amount: '1.00' });
    const said = await world.storesNothing(() => countersign(args, keyed(), input));
    expect(said).toMatchObject({ code: 0, stdout: expect.stringContaining('Refund 99.00') });
  });

  it.each([
    [['propose', 'billing.refnd', '--reason', 'x'], 1, /Did you mean billing.refund/],
    [['propose', 'billing.refund', 'account', '--reason', 'x'], 2, /account is no field/],
    [['propose', 'billing.refund', 'a:={', '--reason', 'x'], 2, /a is no JSON/],
    [['propose', 'billing.refund'], 2, /--reason/],
  ])('exits for %j with %i', async (args, code, says) => {
    const said = await countersign(args);
    expect([said.code, said.stderr]).toEqual([code, expect.stringMatching(says)]);
  });

  it('says what is missing in the environment', async () => {
    const said = await countersign(refund(), {});
    expect(said.code).toBe(78);
    expect(said.stderr).toMatch(/COUNTERSIGN_URL .*COUNTERSIGN_KEY/);
  });
});

describe('countersign mcp', () => {
  it('passes the tools of a running server on over stdio', async () => {
    const client = new Client({ name: 'a-desktop', version: '1' });
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp'],
      env: keyed(),
    });
    await client.connect(transport);
    expect(client.getInstructions()).toMatch(/people decide/);
    const { tools } = await client.listTools();
    expect(tools.map((tool) => tool.name)).toContain('billing_refund');
    const input = { account: freshAccount(), invoice: 'inv_9', amount: '1250.00', reason: 'Charged twice' };
    const proposed = await client.callTool({ name: 'billing_refund', arguments: input });
    expect(proposed.structuredContent).toMatchObject({ action: 'billing.refund', account: input.account });
    const refused = await client.callTool({ name: 'get_proposal', arguments: { id: 'prop_1' } });
    expect(refused.isError).toBe(true);
    await client.close();
  });

  it('exits with 69 where no server is', async () => {
    const said = await countersign(['mcp'], { ...keyed(), COUNTERSIGN_URL: 'http://127.0.0.1:9' });
    expect([said.code, said.stderr]).toEqual([69, expect.stringContaining('http://127.0.0.1:9')]);
  });
});
