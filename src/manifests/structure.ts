import type { z } from 'zod';
import type { Json } from '../domain/json.ts';
import { hint } from './hint.ts';
import type { Kind } from './kind.ts';
import type { Path } from './problem.ts';
import { jsonSchemaOf } from './schemas.ts';
import type { Source } from './source.ts';

/** Checks one manifest against its schema; what is wrong goes to the source's problems. */
export function checkStructure<T>(
  schema: z.ZodType<T>,
  kind: Kind,
  source: Source,
  manifest: Json,
): T | undefined {
  // Once a start, for which the code that zod makes of a schema is not worth its compiling.
  const result = schema.safeParse(manifest, { jitless: true });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? '' : part));
    if (issue.code === 'unrecognized_keys')
      reportUnknown(issue.keys, knownKeys(kind, manifest, path), source, path);
    else if (!source.failedAt(path)) {
      const message = messageOf(issue, valueAt(manifest, path));
      source.report(path, message, 'error', issue.code === 'invalid_key' ? 'key' : 'value');
    }
  }
  return undefined;
}

function reportUnknown(keys: readonly string[], known: readonly string[], source: Source, path: Path): void {
  for (const key of keys) {
    source.report([...path, key], `is not a known key${hint(key, known)}`, 'error', 'key');
  }
}

const EXPECTED: Record<string, string> = {
  string: 'text (quote it)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  if (issue.code === 'invalid_type') return `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

function valueAt(manifest: Json, path: Path): unknown {
  let value: unknown = manifest;
  for (const part of path)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined;
  return value;
}

function knownKeys(kind: Kind, manifest: Json, path: Path): string[] {
  let schema: unknown = jsonSchemaOf(kind);
  for (const [index, part] of path.entries()) {
    const next: unknown =
      typeof part === 'number'
        ? member(schema, 'items')
        : (member(member(schema, 'properties'), part) ?? member(schema, 'additionalProperties'));
    schema = ofType(next, valueAt(manifest, [...path.slice(0, index + 1), 'type']));
  }
  return Object.keys(member(schema, 'properties') ?? {});
}

/** Of several forms, the one whose `type` the manifest says. */
function ofType(schema: unknown, type: unknown): unknown {
  const forms = member(schema, 'oneOf') ?? member(schema, 'anyOf');
  if (!Array.isArray(forms)) return schema;
  return forms.find((each) => {
    const said = member(member(each, 'properties'), 'type');
    return said !== undefined && Reflect.get(said, 'const') === type;
  });
}

function member(of: unknown, key: string): object | undefined {
  const value: unknown = typeof of === 'object' && of !== null ? Reflect.get(of, key) : undefined;
  return typeof value === 'object' && value !== null ? value : undefined;
}
