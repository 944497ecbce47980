import type { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import { nearest } from '../domain/nearest.ts';
import type { Answer, Read } from './answer.ts';
import { problem } from './problem.ts';

/** What a body is called in sentences, and the fields that it may have by the place that holds them; '' is the top. */
export interface Shape {
  readonly noun: string;
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/** What a schema makes of a body, or a refusal that names every field that it breaks at. */
export function validate<S extends z.ZodType>(schema: S, body: JsonObject, shape: Shape): Read<z.output<S>> {
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, refusal: invalidInput(parsed.error.issues.flatMap((issue) => describe(issue, shape))) };
}

/** How many errors stand in the sentence that people read first; all stand in `errors`. */
const SAID = 3;

export function invalidInput(errors: readonly { pointer: string; detail: string }[]): Answer {
  const said = errors.slice(0, SAID).map(({ pointer, detail }) => `${pointer || 'The body'}: ${detail}`);
  const more = errors.length > SAID ? ` (and ${errors.length - SAID} more)` : '';
  const detail = said.length > 0 ? `${said.join('; ')}${more}` : 'It is not valid.';
  return problem('invalid-input', detail, {
    errors: errors.map(({ pointer, detail }) => ({ pointer, detail })),
  });
}

function describe(issue: z.core.$ZodIssue, { noun, known }: Shape): { pointer: string; detail: string }[] {
  const at = pointerOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = nearest(key, known[String(issue.path[0] ?? '')] ?? []);
        const hint = meant ? `; did you mean "${meant}"?` : '';
        return {
          pointer: pointerOf([...issue.path, key]),
          detail: `"${key.slice(0, 60)}" is not a field of ${noun}${hint}`,
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
