import { z } from 'zod';
import { PROPOSAL_STATES } from '../domain/proposal.ts';
import { proposalSchema } from './proposal-schema.ts';

/** What people's routes answer with, for the OpenAPI document; a test holds every answer against it. */
const instant = z.iso.datetime();
const by = z.strictObject({ id: z.string(), name: z.string() });

export const disabledSchema = z.strictObject({
  outcome: z.literal('disabled'),
  scope: z.string(),
  under_way: z
    .array(
      z.strictObject({
        number: z.int(),
        system: z.string(),
        account: z.string(),
        deadline: instant
          .nullable()
          .describe('By then its outcome is known, or another process takes it over'),
      }),
    )
    .describe('Writes that had begun before and may still happen'),
});

export const enabledSchema = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('enabled'), scope: z.string() }),
  z.strictObject({ outcome: z.literal('asked'), scope: z.string(), because: z.string() }),
  z.strictObject({ outcome: z.literal('not_disabled'), scope: z.string(), off: z.array(z.string()) }),
]);

const switched = z.strictObject({ scope: z.string(), by, at: instant, reason: z.string().nullable() });

export const statusSchema = z.strictObject({
  durability: z.enum(['synchronous-standby', 'single-node', 'none']),
  off: z.array(switched),
  asked: z.array(switched).describe('What a second operator is to confirm'),
  pending: z.int(),
  writes_waiting: z.int(),
  writes_under_way: z.int(),
  outbox_waiting: z.int(),
  given_up: z.array(z.strictObject({ topic: z.string(), ref: z.string(), error: z.string() })),
});

export const pendingSchema = z.strictObject({
  count: z.int().describe('In all; the most urgent of them are listed, a thousand at most'),
  proposals: z.array(
    z.strictObject({
      number: z.int(),
      state: z.enum(PROPOSAL_STATES),
      agent: z.string(),
      action: z.string(),
      account: z.string(),
      summary: z.string(),
      impact: z.strictObject({ amount: z.string(), currency: z.string() }).nullable(),
      due_at: instant.nullable(),
      expires_at: instant.nullable(),
    }),
  ),
});

export const shownSchema = z.strictObject({
  proposal: proposalSchema,
  history: z.array(z.strictObject({ at: instant, line: z.string(), detail: z.string().nullable() })),
});

export const drillingSchema = z.strictObject({
  drills: z.array(z.strictObject({ id: z.string(), number: z.int(), system: z.string() })),
  running: z.array(z.string()).describe('Systems of which one is under way already'),
});

export const drilledSchema = z.strictObject({
  id: z.string(),
  number: z.int(),
  system: z.string(),
  state: z.enum(['writing', 'undoing', 'done']),
  writes: z.int(),
  passed: z.boolean().nullable(),
  record: z.string().nullable().describe('A compact JWS (EdDSA): verify it with /.well-known/jwks.json'),
  claims: z.record(z.string(), z.unknown()).nullable().describe('What the record says'),
});

export const resolvedSchema = z.strictObject({ proposal: proposalSchema });

export const rollbackSchema = z.strictObject({
  id: z.uuid(),
  number: z.int(),
  digest: z.string().describe('What a confirmation is of'),
  state: z.enum(['planned', 'confirmed', 'running', 'stopped', 'done']),
  switches_off: z.string().nullable().describe('What is switched off when it is confirmed'),
  scope: z.strictObject({ kind: z.string(), subject: z.string() }),
  since: instant.nullable(),
  asked_by: z.string(),
  confirmed_by: z.string().nullable(),
  finished_at: instant.nullable(),
  paused: z.boolean(),
  items: z.array(
    z.strictObject({
      number: z.int(),
      system: z.string(),
      account: z.string(),
      summary: z.string(),
      class: z.enum(['undo', 'irreversible', 'changed', 'unknown']),
      why: z.string().nullable(),
      state: z.string(),
      approved_by_human: z.boolean(),
      impact: z.strictObject({ amount: z.string(), currency: z.string() }).nullable(),
    }),
  ),
});
