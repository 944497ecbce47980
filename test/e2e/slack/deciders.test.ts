import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startDeciders } from '../../../src/demo/deciders.ts';
import { hurried } from '../../../src/demo/hurried-manifests.ts';
import { parseManifests } from '../../../src/manifests/parse-manifests.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { PROJECT_MANIFESTS, TEST_ENV, testManifests } from '../../support/context.ts';
import { proposed } from '../../support/desk.ts';
import { eventually, freshAccount } from '../../support/door-world.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const open: { close?(): Promise<void>; stop?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await (each.stop ?? each.close)?.();
});

async function office(): Promise<Office> {
  const found = await openOffice();
  open.push(found);
  return found;
}

const decidedAs = ({ desk }: Office, id: string, state: string) =>
  eventually(async () => {
    const proposal = await getProposal(desk.context.database, id);
    return proposal.state === state ? proposal : undefined;
  });

describe('people who decide by themselves', () => {
  it.each([
    ['approve', '1250.00', 'approved', 'Lea Brandt'],
    ['approve', '9000.00', 'approved', 'Dana Whitfield'],
    ['reject', '1250.00', 'rejected', 'Lea Brandt'],
  ] as const)('%s %s through the workspace, as who may', async (verdict, amount, state, by) => {
    const here = await office();
    open.push(startDeciders({ url: here.workspace.url, verdict, log: () => {} }));
    const { id } = await proposed(here.desk.context, { account: freshAccount(), amount });
    const { decisions } = await decidedAs(here, id, state);
    expect(decisions.map((each) => each.by.name)).toEqual([by]);
  });

  it('leave what a person writes by hand, or asks, to that person', async () => {
    const here = await office();
    const lines: string[] = [];
    open.push(
      startDeciders({ url: here.workspace.url, verdict: 'approve', log: (line) => lines.push(line) }),
    );
    const { id } = await proposed(here.desk.context, { account: freshAccount() });
    await decidedAs(here, id, 'approved');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => / presses (approve|agree): /.test(line))).toBe(true);
  });
});

describe('manifests in a hurry', () => {
  it('are right, and leave nobody more than seconds', () => {
    const files = Object.fromEntries(
      readdirSync(PROJECT_MANIFESTS, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.yml'))
        .map((file) => {
          const text = readFileSync(join(PROJECT_MANIFESTS, file), 'utf8');
          return [file, file.startsWith('workflows/') ? hurried(text) : text];
        }),
    );
    const loaded = parseManifests(files, TEST_ENV);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const tiers = Object.values(loaded.manifests.workflows).flatMap((workflow) => workflow.tiers);
    const asked = tiers.filter(({ decide }) => decide !== 'agent');
    expect(asked.map(({ expiresMs }) => expiresMs)).toEqual(asked.map(() => 5_000));
    expect(testManifests().workflows.refunds?.tiers.length).toBe(
      loaded.manifests.workflows.refunds?.tiers.length,
    );
  });
});
