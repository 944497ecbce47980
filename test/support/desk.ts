import { type Connector, NOT_BEGUN, type WriteOptions } from '../../src/connectors/connector.ts';
import type { Context } from '../../src/context.ts';
import type { RenderedRequest } from '../../src/domain/envelope.ts';
import type { Answer } from '../../src/domain/handoff.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Agent } from '../../src/domain/manifest.ts';
import type { Groups, Person } from '../../src/domain/person.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { type Post, propose } from '../../src/lifecycle/propose.ts';
import { identify } from '../../src/store/people.ts';
import { getProposal } from '../../src/store/proposals.ts';

export function post(fields: Partial<Post> & { amount?: string; account?: string } = {}): Post {
  const { amount = '1250.00', account = '4471', ...rest } = fields;
  return {
    action: 'billing.refund',
    input: { account, invoice: 'inv_9', amount },
    reason: 'Charged twice',
    evidence: [],
    onBehalfOf: null,
    metadata: {},
    claimedImpact: null,
    idempotencyKey: null,
    traceparent: null,
    ...rest,
  };
}

export function refundAgent(context: Context): Agent {
  const agent = context.manifests.agents['refund-agent'];
  if (!agent) throw new Error('the manifests have no refund-agent');
  return agent;
}

/** Proposes and judges, as the webhook and the outbox do. */
export async function proposed(context: Context, fields: Parameters<typeof post>[0] = {}): Promise<Proposal> {
  const result = await propose(context, refundAgent(context), post(fields));
  if (result.outcome !== 'received') throw new Error(JSON.stringify(result));
  await assess(context, result.id);
  return getProposal(context.database, result.id);
}

/** A full member of team T1, known to the database. */
export async function member(
  context: Context,
  userId: string,
  email: string,
  changes: Partial<Person> = {},
): Promise<Person> {
  const identities = [`email:${email}`, `slack:T1/${userId}`, `id:${userId}`];
  const name = email.split('@')[0] ?? email;
  const principal = await identify(context.database, `slack:T1/${userId}`, `email:${email}`, name);
  return {
    principal,
    teamId: 'T1',
    userId,
    name,
    email,
    timezone: 'America/New_York',
    identities,
    standing: 'member',
    ...changes,
  };
}

export const GROUPS: Groups = { 'support-leads': ['ULEA', 'UMAX'], 'platform-oncall': ['ULEE', 'UPAT'] };

/** A billing system of one record, in memory: what a unit of the lifecycle needs to see of one. Real ones stand in the e2e tests. */
export function memoryBilling(): Connector & {
  writes: { key: string; body: unknown }[];
  record: JsonObject;
  answer: () => Answer | Promise<Answer>;
} {
  const writes: { key: string; body: unknown }[] = [];
  const seen = new Map<string, Answer>();
  const billing = {
    timeoutMs: 5_000,
    writes,
    record: {
      refundable: '20000.00',
      balance: '100.00',
      version: 1,
      invoices: [{ id: 'inv_9', state: 'paid' }],
    } as JsonObject,
    answer: (): Answer | Promise<Answer> => ({
      kind: 'answered',
      status: 201,
      body: { id: 're_1' },
      retryAfterMs: undefined,
    }),
    read: async (): Promise<Answer> => ({
      kind: 'answered',
      status: 200,
      body: billing.record,
      retryAfterMs: undefined,
    }),
    write: async (request: RenderedRequest, { key, start }: WriteOptions): Promise<Answer> => {
      if ((await start()) === undefined) return NOT_BEGUN;
      const known = seen.get(key);
      if (known) return known;
      const answer = await billing.answer();
      if (answer.kind !== 'not_sent') writes.push({ key, body: 'body' in request ? request.body : request });
      if (answer.kind === 'answered' && answer.status < 300) seen.set(key, answer);
      return answer;
    },
    close: async () => {},
  };
  return billing;
}
