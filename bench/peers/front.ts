import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, Agent as HttpAgent, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { AGENT, LEDGER_TOKEN, SLACK } from '../world/company.ts';

/** What every peer is behind: node:http, the HMAC over the raw bytes, zod. The same as they would need in our place. */
export interface Peer {
  propose(id: string, body: Proposed): Promise<void>;
  decide(id: string, by: string): Promise<void>;
}

const proposed = z.object({
  idem: z.string(),
  action: z.literal(AGENT.action),
  input: z.object({
    account: z.string().regex(/^[0-9]{1,12}$/),
    amount: z.string().regex(/^[0-9]{1,9}(\.[0-9]{2})?$/),
    ticket: z.string().max(64).optional(),
  }),
  reason: z.string().max(10_000),
  metadata: z.record(z.string(), z.string()),
});
export type Proposed = z.output<typeof proposed>;

const submission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({ private_metadata: z.string() }),
});
const KEY = Buffer.from(AGENT.key.slice('whsec_'.length), 'base64');

/** Serves until it is stopped; prints its address. */
export function serve(peer: Peer, newId: () => string): void {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    handle(peer, newId, request).then(
      ({ status, body }) => answer(status, body),
      (error: unknown) => answer(500, { detail: String(error) }),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
  });
}

async function handle(
  peer: Peer,
  newId: () => string,
  request: IncomingMessage,
): Promise<{ status: number; body: object }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return request.url === '/v1/proposals'
    ? takeProposal(peer, newId(), request, bytes)
    : takeDecision(peer, request, bytes);
}

async function takeProposal(peer: Peer, id: string, { headers }: IncomingMessage, bytes: Buffer) {
  const idem = String(headers['webhook-id']);
  const mac = createHmac('sha256', KEY)
    .update(`${idem}.${String(headers['webhook-timestamp'])}.`)
    .update(bytes)
    .digest('base64');
  if (!same(`v1,${mac}`, String(headers['webhook-signature']))) return { status: 401, body: {} };
  const body = proposed.safeParse({ ...(JSON.parse(bytes.toString()) as object), idem });
  if (!body.success) return { status: 422, body: {} };
  await peer.propose(id, body.data);
  return { status: 202, body: { id, state: 'pending' } };
}

async function takeDecision(peer: Peer, { headers }: IncomingMessage, bytes: Buffer) {
  const text = bytes.toString();
  const signed = `v0:${String(headers['x-slack-request-timestamp'])}:${text}`;
  const hash = createHmac('sha256', SLACK.signingSecret).update(signed).digest('hex');
  if (!same(`v0=${hash}`, String(headers['x-slack-signature']))) return { status: 401, body: {} };
  const { user, view } = submission.parse(JSON.parse(new URLSearchParams(text).get('payload') ?? '{}'));
  const id = view.private_metadata.split(' ')[2]?.replace(/:.*/, '') ?? '';
  await peer.decide(id, user.id);
  return { status: 200, body: { text: 'is approved' } };
}

function same(wanted: string, given: string): boolean {
  const [a, b] = [Buffer.from(wanted), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const agent = new HttpAgent({ keepAlive: true, maxSockets: 64 });

/** The write itself, as a connector of ours does it: one POST under the proposal's own key. Resolves with the ledger's answer. */
export function writeToLedger(
  ledgerUrl: string,
  key: string,
  { input }: Pick<Proposed, 'input'>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${LEDGER_TOKEN}`,
      'idempotency-key': key,
      'content-type': 'application/json',
    };
    const outgoing = send(`${ledgerUrl}/credits`, { method: 'POST', headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ account: input.account, amount: input.amount }));
  });
}
