import { z } from 'zod';
import { DRILL_WRITES } from '../domain/drill.ts';
import type { Read } from './answer.ts';
import type { PersonCall } from './call.ts';
import { characters } from './characters.ts';
import { readJsonObject } from './json-body.ts';
import { readQuery } from './query.ts';
import { validate } from './validate.ts';

const scope = z.string().max(100, 'must have at most 100 characters');
const number = z.int('must be a number such as 1042').min(1, 'must be a number such as 1042');

/** What a person says with each command, and nothing else. */
export const disableBody = z.strictObject({
  scope: scope.default('all').describe('Left out: everything'),
  because: characters(500).nullable().default(null),
});
export const enableBody = z.strictObject({ scope });
export const drillBody = z.strictObject({
  system: scope.default('').describe('Left out: every one that has a sandbox'),
  writes: z.int().default(DRILL_WRITES.least),
});
export const drilledBody = z.strictObject({ drill: z.string().max(100).describe('Its id') });
export const nothingBody = z.strictObject({});
export const showBody = z.strictObject({ proposal: z.string().max(100).describe('Its id or number') });
export const rollbackBody = z.strictObject({
  what: characters(300).describe(
    '`24h`, `billing 24h`, `refund-agent since 01:40`, `account 4471 24h`, `1042`',
  ),
});
const plan = z.uuid('must be the id of a plan');
export const planBody = z.strictObject({ plan });
export const confirmBody = z.strictObject({
  plan,
  digest: z.string().max(100).describe('Of the plan as it was shown'),
});
export const resolveBody = z.strictObject({
  number,
  happened: z.boolean().describe('What you found when you looked in the system'),
});

/** The body as its schema has it, or a refusal. */
export function readSaid<S extends z.ZodObject>(schema: S, call: PersonCall): Read<z.output<S>> {
  const query = readQuery(call.query, []);
  if (!query.ok) return query;
  const read = readJsonObject(call);
  if (!read.ok) return read;
  return validate(schema, read.value, { noun: 'this command', known: { '': Object.keys(schema.shape) } });
}
