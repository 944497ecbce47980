import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proposed } from '../../support/desk.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';

const HERE = '#agent-ops';
let office: Office;
let number = 0;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
  ({ number } = await proposed(office.desk.context, { account: '8100' }));
  const lea = office.as('lea');
  await lea.click(await lea.message('#refund-approvals', `#${number} `), 'Approve');
});
afterAll(() => office.close());

async function answer(person: WorkspacePerson, command: string) {
  const [found] = (await person.command(command, HERE)).filter(
    ({ ephemeral, blocks }) => ephemeral && JSON.stringify(blocks).includes('audit_csv'),
  );
  if (!found) throw new Error(`${command} was not answered`);
  return found;
}

async function recorded(type: string): Promise<readonly unknown[]> {
  const { sql } = office.desk.context.database;
  return sql`select data -> 'by' ->> 'name' as name, account, agent, system, data ->> 'person' as person
    from audit_event where type = ${type} order by at`;
}

describe('/agent audit', () => {
  it('tells of an agent, a system and a person as well', async () => {
    const cfo = office.as('cfo');
    for (const [subject, says] of [
      ['refund-agent', 'proposed by refund-agent'],
      ['billing', 'approved by Lea Brandt'],
      ['@lea', 'Lea Brandt approved 1 proposal ($1,250.00)'],
    ] as const) {
      const said = cfo.textOf(await answer(cfo, `/agent audit ${subject} today`));
      expect(said).toContain(says);
      expect(said).toContain(`#${number}`);
    }
    expect(await recorded('audit.read')).toMatchObject([
      { name: 'Chris Okafor', agent: 'refund-agent' },
      { name: 'Chris Okafor', system: 'billing' },
      { name: 'Chris Okafor', person: 'Lea Brandt' },
    ]);
  });

  it('leads to the cards', async () => {
    const cfo = office.as('cfo');
    const shown = await answer(cfo, '/agent audit 8100 today');
    const card = await cfo.message('#refund-approvals', `#${number} `);
    expect(JSON.stringify(shown.blocks)).toContain(`/archives/${card.channel}/p${card.ts.replace('.', '')}`);
  });

  it('is shared with the channel by who may read it, and that is on record', async () => {
    const [cfo, olga] = [office.as('cfo'), office.as('olga')];
    await cfo.click(await answer(cfo, '/agent audit 8100 today'), 'Share here');
    const shared = await olga.message(HERE, /Chris Okafor shared:/);
    expect(shared.ephemeral).toBe(false);
    expect(olga.textOf(shared)).toContain('account 8100');
    expect(olga.buttons(shared)).toEqual([]);
    expect(await recorded('audit.shared')).toMatchObject([{ name: 'Chris Okafor', account: '8100' }]);
  });

  it('comes as a file by direct message, by the button and by the word', async () => {
    const cfo = office.as('cfo');
    await cfo.click(await answer(cfo, '/agent audit 8100 today'), 'Send me CSV');
    const words = await answer(cfo, '/agent audit 8100 today csv');
    expect(cfo.textOf(words)).toContain('The CSV is in your direct messages');
    const files = (await cfo.messages('@countersign')).flatMap((message) => message.files);
    expect(files).toHaveLength(2);
    const bytes = Buffer.from(await (await fetch(files[0]?.url ?? '')).arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const csv = bytes.toString('utf8');
    expect(csv).toMatch(/^\ufeffat,number,what,amount,currency,by,type,.*\r\n/);
    expect(csv).toMatch(/,approved by Lea Brandt,,,Lea Brandt,decision\.recorded,/);
    expect(csv).toMatch(/,1250\.00,USD,,proposal\.received,/);
    expect(await recorded('audit.exported')).toHaveLength(2);
  });

  it('turns its pages in place', async () => {
    const cfo = office.as('cfo');
    for (let more = 0; more < 22; more += 1) await proposed(office.desk.context, { account: '8101' });
    const shown = await answer(cfo, '/agent audit 8101 today');
    expect(cfo.textOf(shown)).toContain('events 3 to 22 of 22');
    await cfo.click(shown, 'Earlier');
    const turned = await cfo.waitFor(async () => {
      const again = await cfo.reread(shown);
      return cfo.textOf(again).includes('events 1 to 2 of 22') ? again : undefined;
    }, 'the page before');
    expect(cfo.buttons(turned)).toEqual(['Later', 'Share here', 'Send me CSV']);
  });

  it('tells of one proposal, as of any other subject: sentence, timeline, links, sharing and the file', async () => {
    const cfo = office.as('cfo');
    const shown = await answer(cfo, `/agent audit #${number}`);
    const text = cfo.textOf(shown);
    expect(text).toMatch(new RegExp(`#${number}: refund-agent .* account 8100`));
    expect(text).toMatch(/ – .*\n(.*\n)*.*proposed by refund-agent(.*\n)*.*approved by Lea Brandt/);
    expect(JSON.stringify(shown.blocks)).toContain('/archives/');
    expect(cfo.buttons(shown)).toEqual(['Share here', 'Send me CSV']);
    const file = await answer(cfo, `/agent audit #${number} today csv`);
    expect(cfo.textOf(file)).toContain('The CSV is in your direct messages');
    const { sql } = office.desk.context.database;
    const looks =
      await sql`select type from audit_event where stream = 'access' and number = ${number} order by seq`;
    expect(looks.map(({ type }) => type)).toEqual(['audit.read', 'audit.read', 'audit.exported']);
  });

  it('shows a long history by pages, back to who proposed it', async () => {
    const cfo = office.as('cfo');
    const { context } = office.desk;
    const long = await proposed(context, { account: '8102' });
    const reminded = { type: 'proposal.reminded', actor: 'countersign', data: {} };
    const { id, version } = long;
    await context.changes.change({
      id,
      version,
      set: {},
      events: Array.from({ length: 40 }, () => reminded),
    });
    const [shown] = (await cfo.command(`/agent show ${long.number}`, HERE)).filter(({ blocks }) =>
      JSON.stringify(blocks).includes('show_page'),
    );
    if (!shown) throw new Error('it was not shown');
    expect(cfo.textOf(shown)).toMatch(/History · events \d+ to \d+ of 4\d/);
    let page = shown;
    while (cfo.buttons(page).includes('Earlier')) {
      const before = cfo.textOf(page);
      await cfo.click(page, 'Earlier');
      page = await cfo.waitFor(async () => {
        const again = await cfo.reread(shown);
        return cfo.textOf(again) === before ? undefined : again;
      }, 'an earlier page');
    }
    expect(cfo.textOf(page)).toContain('proposed by refund-agent');
    expect(cfo.buttons(page)).toEqual(['Later']);
  });
});
