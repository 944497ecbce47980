import { z } from 'zod';
import { PROPOSAL_STATES } from '../domain/proposal.ts';

/** What `proposalView` answers with, for the OpenAPI document; a test holds every answer against it. */
const instant = z.iso.datetime();
const json = z.unknown();
const person = z.strictObject({ id: z.string(), name: z.string() });
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const decisionSchema = z.strictObject({
  stage: z.enum(['approve', 'review']),
  kind: z.enum(['approve', 'reject', 'agree', 'object', 'take_back']),
  by: person.describe('A person by Slack id, or `tier:refunds/1` for what the agent may decide alone'),
  for: person.nullable(),
  at: instant,
  reason: z.string().nullable(),
  digest,
});

const questionSchema = z.strictObject({
  id: z.string().regex(/^q_[0-9a-f]{32}$/),
  text: z.string(),
  by: person,
  asked_at: instant,
  answer: z.strictObject({ text: z.string(), at: instant }).nullable(),
});

const execution = z.strictObject({
  state: z.enum(['ready', 'started', 'executed', 'failed', 'unknown', 'canceled']),
  attempts: z.int().min(0),
  at: instant.nullable(),
  result: z.record(z.string(), json).nullable().describe('The fields that the action tells agents'),
  error: z.string().nullable(),
});

export const proposalSchema = z.strictObject({
  id: z.string().regex(/^prop_[0-9a-f]{32}$/),
  number: z.int().min(1),
  version: z.int().min(1).describe('Grows with every change; also the ETag'),
  state: z.enum(PROPOSAL_STATES),
  settled: z.boolean().describe('Nothing more will happen by itself'),
  decision: z.enum(['approved', 'rejected', 'expired']).nullable(),
  outcome: z.enum(['executed', 'not_executed', 'unknown']).nullable(),
  next: z.string().describe('What the agent should do now, in plain words'),
  agent: z.string(),
  action: z.string(),
  system: z.string(),
  workflow: z.string(),
  account: z.string(),
  summary: z.string(),
  reason: z.string(),
  on_behalf_of: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  input: z.record(z.string(), json),
  digest: digest.nullable().describe('Of all that was shown and will be done; null until it is judged'),
  impact: z.strictObject({
    amount: z.string().nullable(),
    currency: z.string(),
    claimed: z.string().nullable(),
  }),
  tier: z.strictObject({ decide: z.enum(['agent', 'human', 'named']), why: z.string() }),
  policy: z.string().describe("The manifests' version that judged it"),
  reversible: z.boolean(),
  created_at: instant,
  due_at: instant.nullable(),
  expires_at: instant.nullable(),
  blocked: z.string().nullable().describe('Why the system of record says no'),
  decisions: z.array(decisionSchema),
  questions: z.array(questionSchema),
  execution: execution.nullable(),
  review: z
    .strictObject({
      state: z.enum(['awaiting', 'agreed', 'objected', 'lapsed']),
      due_at: instant.nullable(),
    })
    .nullable(),
  rollback: z
    .strictObject({ state: z.enum(['ready', 'started', 'executed', 'unknown']) })
    .nullable()
    .describe('How far the undoing of a confirmed rollback has come'),
  superseded_by: z.string().nullable(),
  url: z.string().nullable(),
});

export const problemSchema = z.looseObject({
  type: z.string().describe('`/problems/<name>`: never changes its meaning'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.strictObject({ pointer: z.string().describe('RFC 6901'), detail: z.string() }))
    .optional(),
});

export const actionSchema = z.strictObject({
  action: z.string(),
  title: z.string(),
  system: z.string(),
  workflow: z.string(),
  currency: z.string(),
  reversible: z.boolean(),
  irreversible: z.string().nullable(),
  input: z.unknown().describe('JSON Schema 2020-12'),
  tiers: z.array(
    z.strictObject({
      impact: z.string(),
      decide: z.enum(['agent', 'human', 'named']),
      by: z.array(z.string()),
    }),
  ),
});

export const dryRunSchema = z.strictObject({
  dry_run: z.literal(true),
  next: z.string(),
  action: z.string(),
  system: z.string(),
  workflow: z.string(),
  account: z.string(),
  summary: z.string(),
  impact: proposalSchema.shape.impact,
  tier: proposalSchema.shape.tier,
  deciders: z.array(z.string()),
  reversible: z.boolean(),
});

export const callbackSchema = z.strictObject({
  type: z.string().regex(/^proposal\.[a-z_]+$/),
  timestamp: instant,
  data: proposalSchema,
});
