import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUNDARIES, type Boundary } from './boundary.ts';
import { type ChaosWorld, openChaosWorld } from './chaos-world.ts';
import { isKept } from './checker.ts';
import { CLASSES, type Class } from './classes.ts';

/** Writes that die at each boundary in each class: few in every run, fifty in `npm run chaos`. */
const EACH = Number(process.env.CHAOS_EACH ?? 4);
/** So many die with one process. */
const TOGETHER = 5;

describe.each(CLASSES)('a process that is killed, before a system of class %s', (kind) => {
  let world: ChaosWorld;
  beforeAll(async () => {
    world = await openChaosWorld(kind);
  });
  afterAll(() => world.close());

  it.each(BOUNDARIES)(
    '%s loses nothing and doubles nothing',
    { timeout: 60_000 + EACH * 5_000 },
    async (at) => {
      const accounts: string[] = [];
      for (let left = EACH; left > 0; left -= TOGETHER) {
        accounts.push(...(await dieTogether(world, at, Math.min(left, TOGETHER))));
      }
      const verdict = await world.verdict(accounts);
      expect(verdict.proposals).toBe(EACH);
      expect(verdict, JSON.stringify(verdict)).toSatisfy((each) => isKept(each, kind));
      // Where nothing tells, what was started is a human's to settle; what was not is simply done.
      expect(verdict.unknown).toHaveLength(isUnknown(kind, at) ? EACH : 0);
    },
  );
});

function isUnknown(kind: Class, at: Boundary): boolean {
  return kind === 'none' && at !== 'after_claim';
}

async function dieTogether(world: ChaosWorld, at: Boundary, count: number): Promise<string[]> {
  const accounts = await world.approve(count);
  const before = at === 'after_effect';
  if (before) world.billing.faults.inject({ when: 'after', answer: 'hang' }, { on: /^POST \/refunds/ });
  const worker = world.work({ name: `dying-${accounts[0]}`, dies: { at, of: count } });
  if (before) {
    await expect.poll(() => world.effects(accounts), { timeout: 20_000, interval: 20 }).toBe(count);
    await worker.kill('SIGKILL');
    await world.billing.faults.clear();
  }
  expect(await worker.ended).toMatchObject({ signal: 'SIGKILL' });
  const written = at === 'after_effect' || at === 'after_answer';
  expect(await world.effects(accounts), 'it died where it was to die').toBe(written ? count : 0);
  await world.recover(accounts);
  return accounts;
}

describe('the checker', () => {
  it('sees a refund that is doubled, one that is missing, and one that was denied', async () => {
    const world = await openChaosWorld('key');
    const accounts = await world.approve(3);
    await world.recover(accounts);
    expect(isKept(await world.verdict(accounts), 'key')).toBe(true);
    const { default: postgres } = await import('postgres');
    const books = postgres(world.booksUrl, { max: 1 });
    const [doubled = '', lost = ''] = accounts;
    await books`insert into billing.refund (account, invoice, amount) values (${doubled}, 'inv_9', 20)`;
    await books`delete from billing.refund where account = ${lost}`;
    await books.end();
    const verdict = await world.verdict(accounts);
    expect(verdict).toMatchObject({ doubled: [doubled], lost: [lost] });
    expect(isKept(verdict, 'none')).toBe(false);
    await world.close();
  });
});
