import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/domain/json.ts';
import { docsPage, problemPage } from '../../../src/http/docs-page.ts';
import { openApi } from '../../../src/http/openapi.ts';
import { OPERATIONS } from '../../../src/http/operations.ts';
import { isProblemName, PROBLEMS } from '../../../src/http/problem.ts';

const written = join(import.meta.dirname, '../../../docs/openapi.json');
const document = openApi(undefined);

/** Every value below, with the keys that lead to it. */
function* below(value: Json, path: readonly string[] = []): Generator<[readonly string[], Json]> {
  yield [path, value];
  if (Array.isArray(value)) for (const [at, each] of value.entries()) yield* below(each, [...path, `${at}`]);
  else if (isObject(value))
    for (const [key, each] of Object.entries(value))
      if (each !== undefined) yield* below(each, [...path, key]);
}

function at(pointer: string): Json | undefined {
  let found: Json | undefined = document;
  for (const part of pointer.replace('#/', '').split('/')) found = isObject(found) ? found[part] : undefined;
  return found;
}

describe('the OpenAPI document', () => {
  it('is committed as it is served: npm run schemas', () => {
    expect(JSON.parse(readFileSync(written, 'utf8'))).toEqual(document);
  });

  it('is valid OpenAPI 3.1, by the schema of its makers', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const broken = { ...structuredClone(document), paths: { '/v1': { get: { responses: 1 } } } };
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('refers to nothing that is not there', () => {
    const refs = [...below(document)].flatMap(([path, value]) =>
      path.at(-1) === '$ref' && typeof value === 'string' ? [value] : [],
    );
    expect(refs.length).toBeGreaterThan(50);
    expect(refs.filter((ref) => at(ref) === undefined)).toEqual([]);
    expect(at('#/components/schemas/Nothing')).toBeUndefined();
  });

  it('names each operation once, and every part of its path', () => {
    const ids = Object.values(OPERATIONS).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [route, { parameters }] of Object.entries(OPERATIONS)) {
      const open = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const named = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(named, route).toEqual(open);
    }
  });

  it('holds schemas that are JSON Schemas', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'doc', ...document });
    const names = Object.keys(Object(at('#/components/schemas')));
    for (const name of names)
      expect(ajv.compile({ $ref: `doc#/components/schemas/${name}` }), name).toBeTypeOf('function');
    const check = ajv.compile({ $ref: 'doc#/components/schemas/NewProposal' });
    expect(check({ action: 'billing.refund', input: {}, reason: 'x' })).toBe(true);
    expect(check({ action: 'billing.refund', input: [], reason: 'x' })).toBe(false);
    expect(check({ action: 'billing.refund', input: {}, reason: 'x', more: 1 })).toBe(false);
  });

  it('describes every answer, and refuses in problems that have an example', () => {
    const answers = Object.values(Object(document.paths)).flatMap((item) =>
      Object.values(Object(item)).flatMap((operation) => Object.entries(Object(operation).responses)),
    );
    expect(answers.length).toBeGreaterThan(60);
    for (const [status, answer] of answers) {
      const { description, content } = answer as JsonObject;
      expect(description).toBeTruthy();
      if (Number(status) >= 400 && Number(status) !== 503 && isObject(content))
        expect(Object.keys(content)).toEqual(['application/problem+json']);
    }
  });
});

describe('the page', () => {
  it('tells of every address and problem, and loads nothing', () => {
    const page = docsPage();
    for (const route of Object.keys(OPERATIONS))
      expect(page).toContain(`<code>${route.split(' ')[1]}</code>`);
    for (const name of Object.keys(PROBLEMS)) expect(page).toContain(`id="problem-${name}"`);
    expect(page).not.toMatch(/<script|src=|@import|url\(/);
  });

  it('says what to do about a problem, and shows one as it comes', () => {
    for (const name of Object.keys(PROBLEMS))
      if (isProblemName(name))
        expect(problemPage(name)).toContain(`&quot;type&quot;: &quot;/problems/${name}&quot;`);
    expect(problemPage('invalid-input')).toContain('did you mean \\&quot;invoice\\&quot;?');
    expect(problemPage('too-many')).toContain('<code>Retry-After</code>');
  });
});
