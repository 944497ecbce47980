import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../domain/json.ts';
import { nearest } from '../domain/nearest.ts';
import type { Read } from './answer.ts';
import { LIMITS } from './limits.ts';
import { problem } from './problem.ts';

function characters(most: number) {
  return z
    .string()
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => lengthOf(text) <= most, `must have at most ${most} characters`);
}

/** In code points. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

const object = z.custom<JsonObject>(isObject, 'must be an object');

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
const proposalBody = z.strictObject({
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
      z.string().refine((text) => lengthOf(text) <= LIMITS.metadataCharacters, {
        error: `must have at most ${LIMITS.metadataCharacters} characters`,
      }),
    )
    .refine(
      (all) => Object.keys(all).length <= LIMITS.metadata,
      `must have at most ${LIMITS.metadata} entries`,
    )
    .default({}),
  claimed_impact: z
    .string('must be a text such as "1250.00"')
    .regex(/^-?\d{1,15}(\.\d{1,10})?$/, 'must be an amount such as "1250.00"')
    .nullable()
    .default(null),
  idempotency_key: idempotencyKey.nullable().default(null),
});

export type ProposalBody = z.output<typeof proposalBody>;

export function readProposalBody(body: Json): Read<ProposalBody> {
  const parsed = proposalBody.safeParse(body, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, refusal: invalidInput(parsed.error.issues.flatMap(describe)) };
}

export function invalidInput(errors: readonly { pointer: string; detail: string }[]) {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail = first ? `${first.pointer || 'The body'}: ${first.detail}${more}` : 'It is not valid.';
  return problem('invalid-input', detail, {
    errors: errors.map(({ pointer, detail }) => ({ pointer, detail })),
  });
}

const KNOWN: Record<string, readonly string[]> = {
  '': Object.keys(proposalBody.shape),
  evidence: ['title', 'url'],
};

function describe(issue: z.core.$ZodIssue): { pointer: string; detail: string }[] {
  const at = pointerOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = nearest(key, KNOWN[String(issue.path[0] ?? '')] ?? []);
        const hint = meant ? `; did you mean "${meant}"?` : '';
        return {
          pointer: pointerOf([...issue.path, key]),
          detail: `"${key.slice(0, 60)}" is not a field of a proposal${hint}`,
        };
      });
    case 'invalid_key':
      return issue.issues.map((each) => ({ pointer: at, detail: `the name ${each.message}` }));
    case 'invalid_type':
      return [{ pointer: at, detail: issue.input === undefined ? 'is missing' : `must be ${named(issue)}` }];
    default:
      return [{ pointer: at, detail: issue.message }];
  }
}

/** A sentence of our own where the schema gives one, the library's type else. */
function named(issue: z.core.$ZodIssueInvalidType): string {
  const own = /^must be (.+)$/.exec(issue.message)?.[1];
  if (own) return own;
  const vowel = /^[aeiou]/.test(issue.expected);
  return `${vowel ? 'an' : 'a'} ${issue.expected}`;
}

/** RFC 6901 */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
