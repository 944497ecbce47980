import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOutboxState, retryOutbox } from '../../../src/store/outbox.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import { ownerOf } from '../../support/times.ts';

const HERE = '#agent-ops';
let office: Office;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());

/** What the loop leaves behind that has failed too often. */
async function giveUp(ref: string): Promise<void> {
  const sql = ownerOf(office.database);
  await sql`insert into outbox (topic, ref, attempts, parked_at, last_error)
    values ('on_call', ${ref}, 5, clock_timestamp(), 'it answered 500')`;
  await sql.end();
}

async function asked(handle: string, command: string) {
  const person = office.as(handle);
  const answer = (await person.command(command, HERE)).find(({ ephemeral }) => ephemeral);
  if (!answer) throw new Error(`${command} was not answered`);
  return answer;
}

const given = () => readOutboxState(office.desk.context.database);

async function retries() {
  return office.desk.context.database.sql<{ by: string; count: number; error: string }[]>`
    select data -> 'by' ->> 'name' as by, (data ->> 'count')::int as count, data -> 'what' -> 0 ->> 'error' as error
    from audit_event where type = 'outbox.retried'`;
}

describe('what was given up after repeated failure', () => {
  it('is shown to everybody, and tried again once at an operator’s click, on record', async () => {
    const { id, number } = await proposed(office.desk.context);
    await giveUp(id);
    const [olga, lee, pat] = [office.as('olga'), office.as('lee'), office.as('pat')];
    for (const command of ['/agent status', '/agent pending']) {
      const seen = await asked('olga', command);
      expect(olga.textOf(seen)).toContain(`#${number}, the on-call's pager: it answered 500`);
      expect(olga.textOf(seen)).toContain('an operator can have it tried again');
      expect(olga.buttons(seen)).not.toContain('Try again');
    }

    const [hers, his] = [await asked('lee', '/agent status'), await asked('pat', '/agent pending')];
    await Promise.all([lee.tryClick(hers, 'Try again'), pat.tryClick(his, 'Try again')]);
    const said = async (handle: string, text: string) => {
      const person = office.as(handle);
      return (await person.messages(HERE)).some((each) => person.textOf(each).includes(text));
    };
    await lee.waitFor(
      async () => (await said('lee', '1 update tried again')) || (await said('pat', '1 update tried again')),
      'one to be told that it is tried again',
    );
    await lee.waitFor(
      async () => (await said('lee', 'somebody was faster')) || (await said('pat', 'somebody was faster')),
      'the other to be told that somebody was faster',
    );
    expect(await given()).toMatchObject({ parkedCount: 0, parked: [] });
    const [only, ...more] = await retries();
    expect(more).toEqual([]);
    expect(only).toMatchObject({ count: 1, error: 'it answered 500' });
    expect(['Lee Park', 'Pat Quinn']).toContain(only?.by);
  });

  it('is not tried again at the click of who was an operator when it was shown', async () => {
    const { id } = await proposed(office.desk.context);
    await giveUp(id);
    const lee = office.as('lee');
    const seen = await asked('lee', '/agent status');
    await office.workspace.control('set_group', { group: 'platform-oncall', members: ['pat'] });
    const other = await office.openDesk(); // One that has not just heard who is in it.
    office.workspace.setBotUrl(other.url);
    await lee.tryClick(seen, 'Try again');
    await lee.waitFor(
      async () =>
        (await lee.messages(HERE)).some((each) =>
          lee.textOf(each).includes('have what was given up tried again'),
        ),
      'being told who may',
    );
    expect(await given()).toMatchObject({ parkedCount: 1 });
    expect(await retries()).toHaveLength(1);
  });
});

describe('what is given up', () => {
  it('is announced once an hour at most, with how much that is; who has it tried again is announced too', async () => {
    const { context } = office.desk;
    const dana = office.as('dana');
    const park = (topic: string, ref: string) =>
      retryOutbox(
        context.database,
        { topic, ref, generation: 0, attempts: 5 },
        { retryMs: 1, error: 'it answered 500', park: true },
      );
    const { id, number } = await proposed(context, { account: '7401' });
    const sql = ownerOf(office.database);
    await sql`insert into outbox (topic, ref) values ('callback', ${id}), ('page', ${id}), ('announce', 'given_up:') on conflict do nothing`;
    await sql.end();
    await park('announce', 'given_up:');
    await park('callback', id);
    await park('page', id);
    const told = dana.textOf(await dana.message(HERE, 'were given up after repeated failure'));
    expect(told).toContain(`#${number}, calling its agent back: it answered 500`);
    expect(told).toContain('/agent status shows it with a button, Try again');
    const waiting = await context.database
      .sql`select ref from outbox where topic = 'on_call' and ref = ${id}`;
    expect(waiting).toHaveLength(1);
    await park('callback', id);
    await dana.click(await asked('dana', '/agent status'), 'Try again');
    await dana.message(HERE, /Dana Whitfield has \d+ updates? tried again that had been given up/);
    const all = (await dana.messages(HERE)).map((each) => dana.textOf(each));
    expect(all.filter((each) => each.includes('given up after repeated failure. An operator'))).toHaveLength(
      1,
    );
  });
});

describe('what an operator overrides', () => {
  it('is announced', async () => {
    await asked('dana', '/agent override first-30-days because the pilot is over');
    const dana = office.as('dana');
    await dana.message(HERE, 'Dana Whitfield overrode first-30-days of the checklist: the pilot is over');
  });
});
