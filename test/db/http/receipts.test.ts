import { createHash, createPublicKey, verify } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpConnector } from '../../../src/connectors/http.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { takeBack } from '../../../src/lifecycle/take-back.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { ask, openDoor, type TestDoor } from '../../support/door.ts';
import { freshAccount } from '../../support/door-world.ts';
import { type Loopback, startHttp } from '../../support/loopback.ts';

interface Sent {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let db: FreshDatabase;
let context: Awaited<ReturnType<typeof testContext>>;
let door: TestDoor;
let system: Loopback;
const sent: Sent[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  system = await startHttp((request, response) => {
    void text(request).then((body) => {
      sent.push({ headers: request.headers, body });
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"re_1"}');
    });
  });
  const billing = memoryBilling();
  context = await testContext({
    url: db.appUrl,
    connectorOf: (found) => {
      if (found.connector.type !== 'http') throw new Error('billing is no HTTP system');
      const config = { ...found.connector, baseUrl: system.url, allowPrivate: true };
      const real = createHttpConnector({ system: found, config, secretOf: () => 'a-token' });
      // Looked at in memory, written over a socket.
      return { ...billing, write: real.write, close: real.close };
    },
  });
  door = await openDoor(context);
});
afterAll(async () => {
  await door.close();
  await system.close();
  await context.close();
  await db.drop();
});

async function approved(): Promise<string> {
  const { id, digest } = await proposed(context, { account: freshAccount() });
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { verdict: 'approved', reason: null, person, groups: GROUPS } as const;
  const result = await decide(context, { ...deciding, proposalId: id, digest: digest ?? '' });
  expect(result.outcome).toBe('decided');
  return id;
}

/** As an outsider does it, with the published keys alone. */
async function verified(receipt: string): Promise<JsonObject> {
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString());
  expect(alg).toBe('EdDSA');
  const { keys } = JSON.parse(await (await fetch(`${door.url}/.well-known/jwks.json`)).text());
  const jwk = keys.find((each: { kid: string }) => each.kid === kid);
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const text = Buffer.from(`${header}.${payload}`);
  if (!verify(null, text, key, Buffer.from(signature, 'base64url'))) throw new Error('not signed by us');
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

async function receiptOf(id: string): Promise<string> {
  const { receipt } = (await ask(door, `/v1/proposals/${id}/receipt`)).body;
  if (typeof receipt !== 'string') throw new Error('there is no receipt');
  return receipt;
}

describe('the receipt of a write', () => {
  it('tells the system who approved these very bytes, and until when that is good', async () => {
    const id = await approved();
    await executeDue(context, 10);
    const { digest, policy } = await getProposal(context.database, id);
    const write = sent.at(-1);
    const claims = await verified(String(write?.headers['countersign-receipt']));
    expect(claims).toMatchObject({
      sub: `prop_${id.replaceAll('-', '')}`,
      action: 'billing.refund',
      impact: { amount: '1250.00', currency: 'USD' },
      digest,
      policy,
      idempotency_key: write?.headers['idempotency-key'],
      decisions: [{ stage: 'approve', kind: 'approve', by: { id: 'ULEA', name: 'lea' } }],
      write: {
        method: 'POST',
        body: `sha256:${createHash('sha256')
          .update(write?.body ?? '')
          .digest('hex')}`,
      },
    });
    expect(Number(claims.exp)).toBeGreaterThan(Date.now() / 1_000);
    expect(Number(claims.iat)).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  it('does not verify once a bit of it is another', async () => {
    const receipt = await receiptOf(await approved());
    await expect(verified(receipt)).resolves.toMatchObject({ action: 'billing.refund' });
    const [header, payload = '', signature] = receipt.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, account: '1' })).toString('base64url');
    await expect(verified(`${header}.${forged}.${signature}`)).rejects.toThrow('not signed by us');
  });
});

describe('GET /v1/proposals/{id}/receipt', () => {
  it('is the same every time, and ends with the approval', async () => {
    const id = await approved();
    const first = await receiptOf(id);
    expect(await receiptOf(id)).toBe(first);
    const { executeBy } = await getProposal(context.database, id);
    expect((await verified(first)).exp).toBe(Math.floor((executeBy?.getTime() ?? 0) / 1_000));
  });

  it('is gone once the approval is taken back', async () => {
    const id = await approved();
    const { digest } = await getProposal(context.database, id);
    const person = await member(context, 'ULEA', 'lea@acme.test');
    await takeBack(context, { proposalId: id, digest: digest ?? '', person, groups: GROUPS });
    const reply = await ask(door, `/v1/proposals/${id}/receipt`);
    expect([reply.status, reply.body.state]).toEqual([409, 'rejected']);
  });

  it('is not there before somebody has approved', async () => {
    const { id } = await proposed(context, { account: freshAccount() });
    const reply = await ask(door, `/v1/proposals/${id}/receipt`);
    expect([reply.status, reply.body.type, reply.body.state]).toEqual([
      409,
      '/problems/not-approved',
      'pending',
    ]);
  });
});
