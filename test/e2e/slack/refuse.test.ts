import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { proposed } from '../../support/desk.ts';
import { postSigned, type SignedOptions, signedForm, startAnswers } from '../../support/signed-request.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = 'C0REFUNDAPP';
let office: Office;
let answers: Awaited<ReturnType<typeof startAnswers>>;
beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
});
afterAll(() => office.close());
beforeEach(async () => {
  answers = await startAnswers();
});
afterEach(() => answers.close());

interface Forged {
  readonly value?: string;
  readonly ts?: string;
  readonly channel?: string;
  readonly action?: string;
  readonly app?: string;
  readonly team?: string;
}

/** A click by Lea, who may, as Slack sends it. */
function clicked(forged: Forged, options?: SignedOptions) {
  const team = forged.team ?? 'T0ACMECORP1';
  const payload = {
    type: 'block_actions',
    user: { id: 'U0LEABRANDT', username: 'lea', name: 'lea', team_id: team },
    ...(forged.app ? { api_app_id: forged.app } : {}),
    team: { id: team, domain: 'acme' },
    container: {
      type: 'message',
      message_ts: forged.ts ?? '1.1',
      channel_id: forged.channel ?? CHANNEL,
      is_ephemeral: false,
    },
    channel: { id: forged.channel ?? CHANNEL, name: 'refund-approvals' },
    trigger_id: '1.2.3',
    response_url: answers.url,
    state: { values: {} },
    actions: [
      {
        type: 'button',
        action_id: forged.action ?? 'approve',
        block_id: 'decide',
        value: forged.value ?? 'x:1',
        text: { type: 'plain_text', text: 'Approve' },
        action_ts: '1.1',
      },
    ],
  };
  return signedForm({ payload: JSON.stringify(payload) }, options);
}

async function pending(): Promise<{ proposal: Proposal; ts: string; value: string }> {
  const proposal = await proposed(office.desk.context);
  const card = await office.as('lea').message('#refund-approvals', `#${proposal.number} `);
  return { proposal, ts: card.ts, value: `${proposal.id}:${proposal.round}` };
}

async function untouched({ id }: Proposal): Promise<void> {
  const { state, decisions } = await getProposal(office.desk.context.database, id);
  expect({ state, decisions }).toEqual({ state: 'pending', decisions: [] });
}

describe('a click that is not what it seems', () => {
  it('decides when everything about it is right', async () => {
    const { proposal, ts, value } = await pending();
    expect(await postSigned(office.desk.url, clicked({ ts, value }))).toBe(200);
    expect((await getProposal(office.desk.context.database, proposal.id)).state).toBe('approved');
  });

  it('on a message that we never posted decides nothing, and the clicker is told', async () => {
    const { proposal, value } = await pending();
    expect(await postSigned(office.desk.url, clicked({ ts: '1700000000.000001', value }))).toBe(200);
    expect(await answers.next()).toContain('none of the cards');
    await untouched(proposal);
  });

  it('on our card but in another channel decides nothing', async () => {
    const { proposal, ts, value } = await pending();
    await postSigned(office.desk.url, clicked({ ts, value, channel: 'C0AGENTOPS1' }));
    expect(await answers.next()).toContain('none of the cards');
    await untouched(proposal);
  });

  it('with the value of another proposal decides neither', async () => {
    const [one, other] = [await pending(), await pending()];
    await postSigned(office.desk.url, clicked({ ts: one.ts, value: other.value }));
    expect(await answers.next()).toContain('does not belong');
    await untouched(one.proposal);
    await untouched(other.proposal);
  });

  it.each(['0', '2', '1.0', '01', '', 'x'])('with the round "%s" decides nothing', async (round) => {
    const { proposal, ts } = await pending();
    await postSigned(office.desk.url, clicked({ ts, value: `${proposal.id}:${round}` }));
    expect(await answers.next()).toContain('has changed since');
    await untouched(proposal);
  });

  it('by the same id in another team decides nothing', async () => {
    const { proposal, ts, value } = await pending();
    await postSigned(office.desk.url, clicked({ ts, value, team: 'T0ELSEWHERE' }));
    expect(await answers.next()).toContain('another workspace');
    await untouched(proposal);
  });

  it('of another app is not taken, though it is signed', async () => {
    const { proposal, ts, value } = await pending();
    expect(await postSigned(office.desk.url, clicked({ ts, value, app: 'A0ANOTHER1' }))).toBe(500);
    await untouched(proposal);
  });

  it('on a button that nobody knows is answered', async () => {
    expect(await postSigned(office.desk.url, clicked({ action: 'approve_all' }))).toBe(200);
    expect(await answers.next()).toContain('know that button');
  });

  it('signed for tomorrow, long ago or by somebody else decides nothing', async () => {
    const { proposal, ts, value } = await pending();
    const at = Math.floor(Date.now() / 1_000);
    for (const options of [{ timestamp: at + 86_400 }, { timestamp: at - 400 }, { secret: 'guessed' }]) {
      expect(await postSigned(office.desk.url, clicked({ ts, value }, options))).toBe(401);
    }
    await untouched(proposal);
  });

  it('captured and sent a hundred times more, to two processes, decides once', async () => {
    const other = await office.openDesk();
    const { proposal, ts, value } = await pending();
    const request = clicked({ ts, value });
    const ahead = clicked({ ts, value }, { timestamp: Math.floor(Date.now() / 1_000) + 61 });
    expect(await postSigned(office.desk.url, ahead)).toBe(401);
    await untouched(proposal);
    const urls = Array.from({ length: 101 }, (_, n) => (n % 2 === 0 ? office.desk.url : other.url));
    const statuses = await Promise.all(urls.map((url) => postSigned(url, request)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const { state, decisions } = await getProposal(office.desk.context.database, proposal.id);
    expect({ state, by: decisions.map(({ by }) => by.name) }).toEqual({
      state: 'approved',
      by: ['Lea Brandt'],
    });
  });

  it('sent a second time is answered and does nothing', async () => {
    const { proposal, ts } = await pending();
    const request = clicked({ ts, value: `${proposal.id}:7` });
    expect(await postSigned(office.desk.url, request)).toBe(200);
    await answers.next();
    const told = answers.next();
    expect(await postSigned(office.desk.url, request)).toBe(200);
    expect(await postSigned(office.desk.url, clicked({ action: 'the_end' }))).toBe(200);
    expect(await told).toContain('know that button');
  });
});

describe('what is no request of Slack', () => {
  const ask = (init: RequestInit) =>
    fetch(`${office.desk.url}/slack/events`, init).then(({ status }) => status);

  it('is turned away by its kind', async () => {
    expect(await ask({ method: 'GET' })).toBe(405);
    expect(await ask({ method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).toBe(
      401,
    );
    expect(await ask({ method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await ask({ method: 'POST', body: new URLSearchParams({ ssl_check: '1' }) })).toBe(200);
  });

  it('is cut off when it is too large', async () => {
    const body = new URLSearchParams({ payload: 'x'.repeat(1_100_000) });
    expect(await ask({ method: 'POST', body }).catch(() => 413)).toBe(413);
  });

  it('gets a 400 for a body that can not be read, though it is signed', async () => {
    expect(await postSigned(office.desk.url, signedForm({ payload: '{' }))).toBe(400);
  });
});

describe('verifying the request URL', () => {
  it('answers Slack’s challenge', async () => {
    expect(await office.workspace.verifyRequestUrl()).toBe(true);
  });
});
