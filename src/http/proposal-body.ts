import { z } from 'zod';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { Read } from './answer.ts';
import { characters, lengthOf } from './characters.ts';
import { LIMITS } from './limits.ts';
import { type Shape, validate } from './validate.ts';

const object = z.custom<JsonObject>(isObject, 'must be an object').meta({ type: 'object' });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII, without spaces')
  .min(1, 'must not be empty')
  .max(LIMITS.keyCharacters, `must have at most ${LIMITS.keyCharacters} characters`);

const webAddress = z
  .string()
  .max(LIMITS.urlCharacters, `must have at most ${LIMITS.urlCharacters} characters`)
  .refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), 'must be an http or https address');

/** What an agent posts; the action's own schema judges `input` later. */
export const proposalBody = z.strictObject({
  action: z.string().max(200, 'must be the name of an action, such as billing.refund'),
  input: object,
  reason: characters(LIMITS.reasonCharacters),
  evidence: z
    .array(z.strictObject({ title: characters(LIMITS.evidenceTitleCharacters), url: webAddress }))
    .max(LIMITS.evidence, `must have at most ${LIMITS.evidence} pieces`)
    .default([]),
  on_behalf_of: z
    .string()
    .regex(/^[^\s@<>"]{1,64}@[^\s@<>"]{1,190}$/, 'must be an e-mail address')
    .nullable()
    .default(null),
  metadata: z
    .record(
      characters(LIMITS.metadataNameCharacters),
      z
        .string()
        .refine((text) => lengthOf(text) <= LIMITS.metadataCharacters, {
          error: `must have at most ${LIMITS.metadataCharacters} characters`,
        })
        .meta({ maxLength: LIMITS.metadataCharacters }),
    )
    .refine(
      (all) => Object.keys(all).length <= LIMITS.metadata,
      `must have at most ${LIMITS.metadata} entries`,
    )
    .meta({ maxProperties: LIMITS.metadata })
    .default({}),
  claimed_impact: z
    .string('must be a text such as "1250.00"')
    .regex(/^-?\d{1,15}(\.\d{1,10})?$/, 'must be an amount such as "1250.00"')
    .nullable()
    .default(null),
  idempotency_key: idempotencyKey.nullable().default(null),
});

export type ProposalBody = z.output<typeof proposalBody>;

const SHAPE: Shape = {
  noun: 'a proposal',
  known: { '': Object.keys(proposalBody.shape), evidence: ['title', 'url'] },
};

export function readProposalBody(body: JsonObject): Read<ProposalBody> {
  return validate(proposalBody, body, SHAPE);
}
