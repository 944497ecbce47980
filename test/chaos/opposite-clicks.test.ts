import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { testContext } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { memoryBilling, proposed } from '../support/desk.ts';
import type { ClickAnswer, ClickOrder } from './click-worker.ts';

/** `npm run chaos` races 2,000 times. */
const RACES = Number(process.env.RACES ?? 25);
const WORKER = fileURLToPath(new URL('click-worker.ts', import.meta.url));
/** The third is the first human again, in another process. */
const CLICKERS = [
  ['ULEA', 'lea@acme.test'],
  ['UMAX', 'max@acme.test'],
  ['ULEA', 'lea@acme.test'],
] as const;

let db: FreshDatabase;
let context: Context & { close(): Promise<void> };
let processes: ChildProcess[];

beforeAll(async () => {
  db = await freshDatabase();
  context = await testContext({ url: db.appUrl, connectorOf: () => memoryBilling() });
  processes = CLICKERS.map(([id, email]) => fork(WORKER, [db.appUrl, id, email]));
  await Promise.all(processes.map((each) => once(each, 'message')));
});
afterAll(async () => {
  await Promise.all(
    processes.map(async (each) => {
      const gone = once(each, 'exit');
      each.kill('SIGKILL');
      await gone;
    }),
  );
  await context.close();
  await db.drop();
});

async function click(process: ChildProcess | undefined, order: ClickOrder): Promise<string> {
  if (!process) throw new Error('there is no such process');
  const answered = once(process, 'message') as Promise<[ClickAnswer]>;
  process.send(order);
  return (await answered)[0].said;
}

describe('opposite clicks at the same instant in three processes', () => {
  it(
    `end in one outcome each, ${RACES} times, and who was too late is told who was first`,
    async () => {
      const won = { approved: 0, rejected: 0 };
      for (let race = 0; race < RACES; race += 1) {
        const { id, digest, number } = await proposed(context);
        const verdicts =
          race % 2 === 0 ? (['approved', 'rejected'] as const) : (['rejected', 'approved'] as const);
        const said = await Promise.all(
          processes.map((each, at) =>
            click(each, { id, digest: digest ?? '', verdict: verdicts[at % 2] ?? 'rejected' }),
          ),
        );
        const { state, decisions } = await getProposal(context.database, id);
        expect(decisions).toHaveLength(1);
        expect(said.filter((each) => each === 'decided')).toHaveLength(1);
        const first = decisions[0]?.by.name;
        for (const each of said)
          expect(each).toMatch(
            new RegExp(
              `^(decided|repeated|(${first}|You) (approved|rejected) #${number} already; a decision is final\\.)$`,
            ),
          );
        if (state !== 'approved' && state !== 'rejected') throw new Error(`it is ${state}`);
        won[state] += 1;
      }
      // Each side has to win sometimes, or nothing raced.
      if (RACES >= 200) expect(Math.min(won.approved, won.rejected)).toBeGreaterThan(RACES / 10);
    },
    60_000 + RACES * 400,
  );
});
