import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../../src/domain/input-schema.ts';
import type { Json } from '../../../src/domain/json.ts';
import { isPlainSchema } from '../../../src/domain/plain-schema.ts';

const whole = new Ajv2020({ strict: true, allowUnionTypes: true });

const WORDS = [
  ...[
    'type',
    'enum',
    'const',
    'default',
    'examples',
    'title',
    'description',
    '$comment',
    'format',
    'pattern',
  ],
  ...['deprecated', 'readOnly', 'writeOnly', 'uniqueItems', 'minimum', 'maximum', 'exclusiveMinimum'],
  ...['exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ...['required', 'properties', '$defs', '$ref', 'items', 'additionalProperties', 'not', 'allOf', 'anyOf'],
  ...['oneOf', 'prefixItems', '$id', '$anchor', 'multipleOf', 'unheard-of', '__proto__', 'constructor'],
];

const { schema } = fc.letrec<{ schema: Json; value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, -1, 0, 1.5, 3, '', 'string', 'object', '#', '(', 'a b'),
    fc.array(fc.constantFrom<Json>('string', 'null', 'a', 'a', 1), { maxLength: 3 }),
    fc.array(tie('schema'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('schema'), { maxKeys: 2 }),
    tie('schema'),
  ),
  schema: fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 4 }),
}));

describe('a schema that is plain', () => {
  it("is right by JSON Schema's own schema", () => {
    fc.assert(
      fc.property(schema, (each) => {
        fc.pre(isPlainSchema(each));
        expect(whole.validateSchema(each as object), JSON.stringify(each)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what an action has that uses the usual words', () => {
    const amount = { type: 'string', pattern: '^[0-9]+$', description: 'in dollars' };
    const usual = {
      ...{ type: 'object', additionalProperties: false, required: ['amount'] },
      properties: {
        amount,
        lines: { type: 'array', minItems: 1, items: { type: ['string', 'null'], maxLength: 64 } },
        kind: { enum: ['a', 'b'] },
      },
    };
    expect(isPlainSchema(usual)).toBe(true);
    expect(isPlainSchema({ ...usual, properties: { amount: { ...amount, multipleOf: 2 } } })).toBe(false);
  });
});

it.each<[Json, string]>([
  [{ type: 'text' }, 'schema is invalid: data/type must be equal to one of the allowed values'],
  [{ type: 'object', required: ['a', 'a'] }, 'data/required must NOT have duplicate items'],
  [{ type: 'string', minLength: -1 }, 'data/minLength must be >= 0'],
  [{ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }, 'no schema with key or ref'],
  [{ type: 'string', maxLenght: 1 }, 'unknown keyword: "maxLenght"'],
])('what is wrong with %j is said in the words of the library', (wrong, words) => {
  expect(() => compileSchema(wrong)).toThrow(words);
});
