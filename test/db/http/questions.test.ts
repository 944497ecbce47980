import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { assess } from '../../../src/lifecycle/assess.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { GROUPS, member } from '../../support/desk.ts';
import { ask, type Reply, refund } from '../../support/door.ts';
import { type DoorWorld, freshAccount, openDoorWorld } from '../../support/door-world.ts';
import { MANY_AGENTS_ENV } from '../../support/many-agents.ts';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world.close());

const slug = (reply: Reply) => [reply.status, reply.body.type];
const uuidOf = (id: string) => id.replace(/^prop_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const lea = () => member(world.context, 'ULEA', 'lea@acme.test');

async function pending(): Promise<string> {
  const { body } = await ask(world.door, '/v1/proposals', { body: refund({ account: freshAccount() }) });
  await assess(world.context, uuidOf(body.id));
  return body.id;
}

async function asked(id: string, text = 'Which ticket?', person = lea()) {
  const result = await askQuestion(world.context, {
    ...{ proposalId: uuidOf(id), text, person: await person, groups: GROUPS },
  });
  if (result.outcome !== 'asked') throw new Error(result.because);
  return `q_${result.question.replaceAll('-', '')}`;
}

const answer = (id: string, question: string, body: JsonObject = { text: 'Ticket 8841' }, more = {}) =>
  ask(world.door, `/v1/proposals/${id}/questions/${question}/answer`, { body, ...more });

describe('asking the agent', () => {
  it('shows the question to the agent, and wakes who waits for anything newer', async () => {
    const id = await pending();
    const before = await ask(world.door, `/v1/proposals/${id}`);
    const question = await asked(id);
    const shown = await ask(world.door, `/v1/proposals/${id}`);
    expect(shown.body.version).toBe(before.body.version + 1);
    expect(shown.body.questions).toEqual([
      {
        id: question,
        text: 'Which ticket?',
        by: { id: 'ULEA', name: 'lea' },
        asked_at: expect.stringMatching(/Z$/),
        answer: null,
      },
    ]);
  });

  it('is refused to who may not decide, once it is decided, and without a text', async () => {
    const id = await pending();
    const refused = async (text: string, person: ReturnType<typeof lea>) => {
      const asking = { proposalId: uuidOf(id), text, person: await person, groups: GROUPS };
      const result = await askQuestion(world.context, asking);
      return result.outcome === 'refused' ? result.because : '';
    };
    expect(await refused('Why?', member(world.context, 'UEVE', 'eve@acme.test'))).toMatch(/may not ask/);
    expect(await refused('  ', lea())).toMatch(/1 to 1000 characters/);
    expect(await refused('x'.repeat(1_001), lea())).toMatch(/1 to 1000 characters/);
    await ask(world.door, `/v1/proposals/${id}/withdraw`, { method: 'POST' });
    expect(await refused('Why?', lea())).toMatch(/withdrawn: there is nothing to decide/);
  });

  it('leaves what was shown as it is: who was asked about may still be decided on the same card', async () => {
    const id = await pending();
    const { digest } = await getProposal(world.context.database, uuidOf(id));
    await asked(id);
    const result = await decide(world.context, {
      ...{ proposalId: uuidOf(id), digest: digest ?? '', verdict: 'rejected', reason: 'No ticket' },
      ...{ person: await lea(), groups: GROUPS },
    });
    expect(result.outcome).toBe('decided');
  });
});

describe('POST /v1/proposals/{id}/questions/{qid}/answer', () => {
  it('keeps the answer once, and says the same to the same again', async () => {
    const id = await pending();
    const question = await asked(id);
    const first = await answer(id, question);
    expect(first.status).toBe(200);
    expect(first.body.questions).toMatchObject([{ id: question, answer: { text: 'Ticket 8841' } }]);
    expect((await answer(id, question)).body.version).toBe(first.body.version);
    expect(slug(await answer(id, question, { text: 'Ticket 1' }))).toEqual([
      409,
      '/problems/already-answered',
    ]);
  });

  it('is audited with its words, as is the question', async () => {
    const id = await pending();
    const question = await asked(id);
    await answer(id, question);
    const rows = await world.context.database.sql<{ type: string; actor: string; text: string }[]>`
      select type, actor, data ->> 'text' as text from audit_event
      where stream = ${uuidOf(id)} and type like 'question.%' order by seq`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { type: 'question.asked', actor: (await lea()).principal, text: 'Which ticket?' },
      { type: 'question.answered', actor: 'agent:refund-agent', text: 'Ticket 8841' },
    ]);
  });

  it('is refused for another agent, an unknown question and what is settled', async () => {
    const id = await pending();
    const question = await asked(id);
    const key = MANY_AGENTS_ENV.OTHER_AGENT_KEY ?? '';
    expect(slug(await answer(id, question, { text: 'x' }, { key }))).toEqual([
      404,
      '/problems/no-such-proposal',
    ]);
    expect(slug(await answer(id, 'q_1'))).toEqual([404, '/problems/no-such-question']);
    await ask(world.door, `/v1/proposals/${id}/withdraw`, { method: 'POST' });
    expect(slug(await answer(id, question))).toEqual([409, '/problems/too-late']);
  });

  it.each([
    [{}, '/text: is missing'],
    [{ text: ' ' }, '/text: must not be empty'],
    [{ text: 'x'.repeat(4_001) }, '/text: must have at most 4000 characters'],
    [{ text: 'x', txt: 'y' }, '/txt: "txt" is not a field of an answer; did you mean "text"?'],
  ])('says what is wrong with %j', async (body, detail) => {
    const id = await pending();
    const reply = await answer(id, await asked(id), body);
    expect([reply.status, reply.body.detail]).toEqual([422, detail]);
  });

  it('takes 4,000 characters, of whatever script', async () => {
    const id = await pending();
    expect((await answer(id, await asked(id), { text: '😀'.repeat(4_000) })).status).toBe(200);
  });
});
