import { createHmac, randomUUID } from 'node:crypto';
import { signWebhook } from '../../src/domain/standard-webhook.ts';
import { AGENT, SLACK } from '../world/company.ts';

const KEY = Buffer.from(AGENT.key.slice('whsec_'.length), 'base64');

function httpRequest(path: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = Buffer.byteLength(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: bench\r\n${lines.join('')}content-length: ${length}\r\n\r\n${body}`,
  );
}

/** A proposal of its own each time, signed by the Standard Webhooks' HMAC. */
export function proposal(n: number): Buffer {
  const body = JSON.stringify({
    action: AGENT.action,
    input: { account: String(10_000 + (n % 10_000)), amount: `${100 + (n % 900)}.00`, ticket: `T-${n}` },
    reason:
      'The customer was charged twice for the same order, as the ticket and the bank statement both say.',
    metadata: { run: 'bench', thread: `thr_${n % 100}` },
  });
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const headers = {
    'content-type': 'application/json',
    'countersign-agent': AGENT.id,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signWebhook(KEY, { id, timestamp, body: Buffer.from(body) }),
  };
  return httpRequest('/v1/proposals', headers, body);
}

/** Lea's Approve from her App Home. */
export function approval(proposalId: string): Buffer {
  const payload = {
    type: 'view_submission',
    team: { id: SLACK.team, domain: 'acme' },
    user: { id: SLACK.approver, team_id: SLACK.team, username: 'lea', name: 'lea' },
    view: {
      ...{ id: `V${randomUUID()}`, type: 'modal', callback_id: 'details', blocks: [], team_id: SLACK.team },
      private_metadata: `home 0 ${proposalId}:1`,
      state: { values: {} },
    },
    trigger_id: randomUUID(),
    response_urls: [],
  };
  return slackRequest({ payload: JSON.stringify(payload) });
}

/** `/agent …` as Lea types it; the answer is the acknowledgement. */
export function slashCommand(text: string): Buffer {
  return slackRequest({
    ...{ command: '/agent', text, team_id: SLACK.team, team_domain: 'acme', channel_id: 'C0BENCH' },
    ...{ user_id: SLACK.approver, user_name: 'lea', trigger_id: randomUUID() },
    response_url: 'http://127.0.0.1:9/nobody',
  });
}

/** Signed as Slack signs it. */
function slackRequest(form: Readonly<Record<string, string>>): Buffer {
  const body = new URLSearchParams(form).toString();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hash = createHmac('sha256', SLACK.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hash}`,
  };
  return httpRequest('/slack/events', headers, body);
}
