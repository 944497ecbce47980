import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSwitches } from '../../../src/store/switches.ts';
import { proposed } from '../../support/desk.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';
import { runCountersign } from '../../support/run-countersign.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

/** What a person types, with the key of their own, while Slack is down. */
function countersign(name: 'DANA' | 'LEE' | 'LEA' | 'NOBODY', ...args: readonly string[]) {
  const key = MANY_AGENTS_ENV[`${name}_KEY`] ?? 'whsec_none';
  return runCountersign(args, { COUNTERSIGN_URL: world.door.url, COUNTERSIGN_KEY: key });
}

describe('a person at the shell', () => {
  it('switches off and on, and sees it', async () => {
    const off = await countersign('DANA', 'disable', 'refund-agent', 'because', 'it', 'repeats', 'itself');
    expect(off).toMatchObject({ exitCode: 0, stderr: '' });
    expect(off.stdout).toBe('Off: refund-agent. No write of it starts any more.\nNo write was under way.\n');
    const { off: switches } = await readSwitches(world.context.database);
    expect(switches['refund-agent']).toMatchObject({ reason: 'it repeats itself' });
    expect((await countersign('LEA', 'status')).stdout).toMatch(
      /^Off: refund-agent, since .*: it repeats itself\n0 to decide/,
    );
    expect((await countersign('DANA', 'enable', 'refund-agent')).exitCode).toBe(0);
    expect(JSON.parse((await countersign('LEA', 'status', '--json')).stdout).off).toEqual([]);
  });

  it('sees what waits, and one with its history', async () => {
    const { number } = await proposed(world.context, { account: freshAccount() });
    expect((await countersign('LEA', 'pending')).stdout).toContain(`#${number}  Refund 1250.00`);
    const shown = await countersign('DANA', 'show', `#${number}`);
    expect(shown.stdout).toMatch(
      new RegExp(`^#${number} pending: Refund .*\\n\\n.*proposed by refund-agent`),
    );
  });

  it.each([
    [['disable', 'refund'], 'DANA', 1, /Did you mean refunds\?/],
    [['enable', 'crm'], 'LEA', 1, /in the group|may\./],
    [['status'], 'NOBODY', 1, /COUNTERSIGN_KEY/],
    [['resolve', '1042', 'maybe'], 'DANA', 2, /happened or not-happened/],
    [['show', 'nothing'], 'DANA', 1, /There is no proposal/],
  ] as const)('exits for %j of %s with %i', async (args, name, code, says) => {
    const said = await countersign(name, ...args);
    expect([said.exitCode, said.stderr]).toEqual([code, expect.stringMatching(says)]);
  });

  it('exits with 69 where no server is, and says what each command is for', async () => {
    const env = { COUNTERSIGN_URL: 'http://127.0.0.1:9', COUNTERSIGN_KEY: 'x' };
    expect((await runCountersign(['status'], env)).exitCode).toBe(69);
    expect((await runCountersign(['disable', '--help'], {})).stdout).toContain('the kill switch');
  });
});
