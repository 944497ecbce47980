import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPagerSender } from '../../../src/connectors/pager.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { createOutboxLoop } from '../../../src/jobs/outbox.ts';
import { startSchedule } from '../../../src/jobs/schedule.ts';
import { escalateDue } from '../../../src/lifecycle/escalate.ts';
import { expireDue } from '../../../src/lifecycle/expire.ts';
import { tellPager } from '../../../src/lifecycle/tell-pager.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import { ownerOf, passed, withHours, withTimes } from '../../support/times.ts';

const CHANNEL = '#refund-approvals';
const ALERTS = '#agent-ops';

interface Pager {
  readonly url: string;
  readonly heard: Record<string, unknown>[];
  readonly server: Server;
}

/** Takes what a pager takes. */
async function openPager(): Promise<Pager> {
  const heard: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      heard.push(JSON.parse(body));
      response.writeHead(202).end('{"status":"success"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue`, heard, server };
}

const now = (office: Office, { id }: Proposal) => getProposal(office.desk.context.database, id);

/** Until the outbox has nothing left that is due. */
async function quiet({ desk }: Office): Promise<void> {
  const { sql } = desk.context.database;
  const due = async () =>
    (
      await sql`select topic, ref from outbox where topic <> 'on_call' and due_at < clock_timestamp() + interval '3 seconds'`
    ).length;
  await expect.poll(due, { timeout: 30_000 }).toBe(0);
}

async function saidIn(office: Office, handle: string, where: string): Promise<string[]> {
  const person = office.as(handle);
  return (await person.messages(where)).map((each) => person.textOf(each));
}

describe('a proposal that nobody decides', () => {
  let office: Office;
  let pager: Pager;
  let stop: () => Promise<unknown>;

  beforeAll(async () => {
    pager = await openPager();
    const manifests = testManifests(TEST_ENV, (files) => {
      const billing = files['systems/billing.yml'] ?? '';
      const systems = {
        'systems/billing.yml': billing.replace(
          /on_call: ("?[^"\s]+"?)/,
          (_, person: string) =>
            `on_call: { person: ${person}, webhook: { url: "${pager.url}", key: env:BILLING_TOKEN } }`,
        ),
      };
      const steps = `    sla: 3s
    escalate:
      - { after: 1s, remind: true }
      - { after: 3s, add: [dana@acme.test] }
      - { after: 5s, add: [cfo@acme.test], page: true }
`;
      return withHours(withTimes({ ...files, ...systems }, steps));
    });
    office = await openOffice({ workspace: { rateLimits: false }, manifests });
    const { context } = office.desk;
    const sender = createPagerSender();
    const calls = createOutboxLoop(context, {
      on_call: (ref) => tellPager(context, ref, { sender, secretOf: () => 'routing-key' }),
    });
    calls.start();
    const schedule = startSchedule(context);
    stop = () => Promise.all([schedule.stop(), calls.stop(), sender.close()]);
  });
  afterAll(async () => {
    await stop();
    await office.close();
    pager.server.close();
  });

  it('is reminded of in its thread, handed on, and paged about, each within five seconds of its time', async () => {
    const [lea, dana, cfo] = [office.as('lea'), office.as('dana'), office.as('cfo')];
    pager.heard.length = 0;
    const proposal = await proposed(office.desk.context);
    const card = await lea.message(CHANNEL, `#${proposal.number} `);
    expect(lea.textOf(card)).toContain('decides by');

    const reply = await lea.waitFor(
      async () => (await lea.messages(CHANNEL, card.ts)).find(({ ts }) => ts !== card.ts),
      'a reminder in the thread',
    );
    expect(lea.textOf(reply)).toMatch(/U0LEABRANDT U0MAXODE001/);
    expect(lea.textOf(reply)).not.toContain('U0DANAWHITF');
    expect(lea.textOf(reply)).toContain('waits for you');

    const direct = await dana.message('@countersign', `#${proposal.number} `);
    expect(dana.buttons(direct)).toContain('Approve');

    await cfo.message('@countersign', `Please decide #${proposal.number} now`);
    await lea.message(ALERTS, `Please decide #${proposal.number} now`);
    await expect.poll(() => pager.heard.map(({ event_action }) => event_action)).toEqual(['trigger']);
    expect(pager.heard[0]).toMatchObject({
      routing_key: 'routing-key',
      payload: { severity: 'critical', component: 'billing' },
    });

    await lea.waitFor(
      async () => lea.textOf(await lea.reread(card)).includes('late)'),
      'the card to say late',
    );
    const pending = await lea.command('/agent pending', CHANNEL);
    expect(pending.map((each) => lea.textOf(each)).join()).toMatch(/\d seconds? late/);

    await dana.click(direct, 'Approve');
    await expect
      .poll(() => pager.heard.map(({ event_action }) => event_action))
      .toEqual(['trigger', 'resolve']);
    expect(pager.heard[1]?.dedup_key).toBe(pager.heard[0]?.dedup_key);
    expect((await now(office, proposal)).decisions.map(({ by }) => by.name)).toEqual(['Dana Whitfield']);

    const { sql } = office.desk.context.database;
    const events = await sql<{ late: number }[]>`
      select extract(epoch from at - (data ->> 'due_at')::timestamptz)::float as late from audit_event
      where stream = ${proposal.id} and type in ('proposal.reminded', 'proposal.escalated') order by seq`;
    expect(events).toHaveLength(3);
    for (const { late } of events) expect(late).toBeLessThan(5);
    await quiet(office);
    expect(await lea.messages(CHANNEL, card.ts)).toHaveLength(2);
  });
});

describe('steps that were due while nothing ran', () => {
  it('are told in one message a person, which lists them', async () => {
    const office = await openOffice({
      workspace: { rateLimits: false },
      manifests: testManifests(TEST_ENV, (files) => withHours(withTimes(files))),
    });
    const sql = ownerOf(office.database);
    try {
      const { context } = office.desk;
      const proposals = await Promise.all(
        ['1', '2', '3', '4'].map((account) => proposed(context, { account })),
      );
      await quiet(office);
      await passed(sql, 2 * 3_600_000, proposals);
      await Promise.all([escalateDue(context), escalateDue(context)]);
      await quiet(office);
      for (const handle of ['lea', 'dana', 'cfo']) {
        const [told, ...more] = await saidIn(office, handle, '@countersign');
        expect(more, handle).toEqual([]);
        for (const { number } of proposals) expect(told).toContain(`#${number}`);
      }
      const [alert, ...others] = await saidIn(office, 'lea', ALERTS);
      expect(alert).toContain('4 proposals wait and nobody has decided in time');
      expect(others).toEqual([]);
      for (const card of await office.as('lea').messages(CHANNEL))
        expect(await office.as('lea').messages(CHANNEL, card.ts)).toHaveLength(1);
    } finally {
      await sql.end();
      await office.close();
    }
  });
});

describe('an outage of Slack', () => {
  it('takes no time from what nobody could see', async () => {
    const manifests = testManifests(TEST_ENV, (files) => withHours(withTimes(files)));
    const office = await openOffice({ workspace: { rateLimits: false }, manifests });
    const sql = ownerOf(office.database);
    try {
      await office.workspace.control('fault', { kind: 'drop_before', times: 3, method: 'chat.postMessage' });
      const { context } = office.desk;
      const proposal = await proposed(context);
      const tried = async () =>
        (await sql`select ref from outbox where topic = 'place' and last_error is not null`).length;
      await expect.poll(tried, { timeout: 20_000 }).toBe(1);
      await passed(sql, 9 * 3_600_000, [proposal]);
      expect(await expireDue(context)).toBe(0);
      expect(await escalateDue(context)).toBe(0);
      const lea = office.as('lea');
      await lea.waitFor(
        async () =>
          (await lea.messages(CHANNEL)).find((each) => lea.textOf(each).includes(`#${proposal.number} `)),
        'the card',
        30_000,
      );
      const left = async () => {
        const { state, dueAt, readAt } = await now(office, proposal);
        return state === 'pending' && dueAt ? Math.round((dueAt.getTime() - readAt.getTime()) / 60_000) : 0;
      };
      await expect.poll(left, { timeout: 10_000 }).toBe(30);
      expect(await escalateDue(context)).toBe(0);
    } finally {
      await sql.end();
      await office.close();
    }
  });
});

describe('who is not at work', () => {
  it('is reminded in their morning, and paged at once', async () => {
    const today = new Date().getUTCDay();
    const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(today + 3) % 7];
    const manifests = testManifests(TEST_ENV, (files) => {
      const steps = '    sla: 1h\n    escalate: [{ after: 10m, remind: true }, { after: 20m, page: true }]\n';
      return withHours(withTimes(files, steps), `{ days: [${day}], from: "09:00", to: "17:00" }`);
    });
    const office = await openOffice({ workspace: { rateLimits: false }, manifests });
    const sql = ownerOf(office.database);
    try {
      const lea = office.as('lea');
      const { number } = await proposed(office.desk.context);
      const card = await lea.message(CHANNEL, `#${number} `);
      await sql`update step set due_at = due_at - interval '10 minutes'`;
      await escalateDue(office.desk.context);
      await quiet(office);
      expect(await lea.messages(CHANNEL, card.ts)).toHaveLength(1);
      const waiting = await sql<{ hours: number }[]>`
        select extract(epoch from due_at - clock_timestamp())::float / 3600 as hours from outbox where topic = 'digest'`;
      expect(waiting.length).toBeGreaterThan(0);
      for (const { hours } of waiting) expect(hours).toBeGreaterThan(24);
      await sql`update step set due_at = due_at - interval '10 minutes'`;
      await escalateDue(office.desk.context);
      await lea.message('@countersign', `Please decide #${number} now`);
    } finally {
      await sql.end();
      await office.close();
    }
  });
});

describe('somebody who gets many cards', () => {
  it('gets so many a minute, and the rest in lists, from which each is opened and decided', async () => {
    const office = await openOffice({ workspace: { rateLimits: false } });
    try {
      const { context } = office.desk;
      const accounts = Array.from({ length: 16 }, (_, index) => String(index + 1));
      const all = await Promise.all(
        accounts.map((account) => proposed(context, { account, amount: '6000.00' })),
      );
      const dana = office.as('dana');
      const told = async () => (await saidIn(office, 'dana', '@countersign')).join();
      for (const { number } of all) await expect.poll(told, { timeout: 30_000 }).toContain(`#${number}`);
      const messages = await dana.messages('@countersign');
      expect(messages.length).toBeLessThanOrEqual(10);
      const list = messages.find((each) => dana.textOf(each).includes('proposals wait, for'));
      if (!list) throw new Error('there is no list');
      expect(dana.buttons(list)).not.toContain('Approve');
      expect(dana.textOf(list)).toContain('$6,000.00');
      await dana.click(list, 'Look at it');
      const [, number] = /#(\d+)/.exec(JSON.stringify((await dana.modal()).title)) ?? [];
      await dana.submitModal();
      await dana.submitModal(); // Once more, since its tier wants it confirmed.
      const decided = all.find((each) => String(each.number) === number);
      expect(decided && (await now(office, decided)).decisions.map(({ by }) => by.name)).toEqual([
        'Dana Whitfield',
      ]);
      await dana.waitFor(
        async () => dana.textOf(await dana.reread(list)).includes('Approved by Dana Whitfield'),
        'the line to say who decided',
      );
    } finally {
      await office.close();
    }
  });
});
