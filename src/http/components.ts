import { z } from 'zod';
import { answerBody } from './answer-route.ts';
import {
  confirmBody,
  disableBody,
  drillBody,
  drilledBody,
  enableBody,
  nothingBody,
  planBody,
  resolveBody,
  rollbackBody,
  showBody,
} from './person-body.ts';
import {
  disabledSchema,
  drilledSchema,
  drillingSchema,
  enabledSchema,
  pendingSchema,
  resolvedSchema,
  rollbackSchema,
  shownSchema,
  statusSchema,
} from './person-schema.ts';
import { proposalBody } from './proposal-body.ts';
import {
  actionSchema,
  callbackSchema,
  dryRunSchema,
  problemSchema,
  proposalSchema,
} from './proposal-schema.ts';
import { ackBody, cloudEventBody } from './queue-routes.ts';

const jwk = z.looseObject({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string() });

/** Every schema that the document names. Those of bodies are the very ones that judge them. */
export const COMPONENTS = {
  NewProposal: proposalBody,
  NewAnswer: answerBody,
  NewAcknowledgement: ackBody,
  CloudEvent: cloudEventBody,
  Disabling: disableBody,
  Enabling: enableBody,
  Empty: nothingBody,
  Showing: showBody,
  Drilling: drillBody,
  AskingDrill: drilledBody,
  Resolving: resolveBody,
  RollingBack: rollbackBody,
  LookingAtPlan: planBody,
  ConfirmingPlan: confirmBody,
  Proposal: proposalSchema,
  DryRun: dryRunSchema,
  ProposedOrConsidered: z.union([proposalSchema, dryRunSchema]),
  ProposalList: z.strictObject({
    proposals: z.array(proposalSchema),
    next_cursor: z.string().nullable(),
  }),
  Receipt: z.strictObject({ receipt: z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/) }),
  Action: actionSchema,
  ActionList: z.strictObject({ actions: z.array(actionSchema) }),
  EventList: z.strictObject({ events: z.array(z.looseObject({})), next_after: z.int().min(0) }),
  CloudEvents: z.array(
    z.looseObject({
      specversion: z.literal('1.0'),
      id: z.string(),
      source: z.string(),
      type: z.string(),
      data: z.unknown(),
      countersignreceipt: z.string(),
    }),
  ),
  Acknowledged: z.strictObject({ id: z.string(), outcome: z.enum(['done', 'failed']) }),
  Kept: z.strictObject({ id: z.string() }),
  Disabled: disabledSchema,
  Enabled: enabledSchema,
  Status: statusSchema,
  Pending: pendingSchema,
  Shown: shownSchema,
  DrillsBegun: drillingSchema,
  Drill: drilledSchema,
  Resolved: resolvedSchema,
  Rollback: rollbackSchema,
  JsonRpc: z.unknown(),
  Keys: z.strictObject({ keys: z.array(jwk) }),
  Anything: z.unknown(),
  Alive: z.strictObject({ alive: z.literal(true) }),
  Readiness: z.strictObject({ ready: z.boolean(), checks: z.looseObject({}) }),
  Callback: callbackSchema,
  Problem: problemSchema,
} as const;

export type ComponentName = keyof typeof COMPONENTS;
