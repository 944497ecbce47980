import { isObject, type JsonObject } from '../domain/json.ts';
import type { Read } from './answer.ts';
import { headerOf } from './authenticate.ts';
import type { Call } from './call.ts';
import { problem } from './problem.ts';
import { readStrictJson } from './strict-json.ts';

/** The body, which has to be one JSON object that can be read in one way only. */
export function readJsonObject({ headers, body }: Pick<Call, 'headers' | 'body'>): Read<JsonObject> {
  if (!/^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i.test(headerOf(headers, 'content-type')))
    return { ok: false, refusal: problem('not-json-type', 'Send content-type: application/json.') };
  const read = readStrictJson(body);
  if (!read.ok) return { ok: false, refusal: problem('not-json', `The body can't be read: ${read.why}.`) };
  return isObject(read.value)
    ? { ok: true, value: read.value }
    : { ok: false, refusal: problem('not-json', 'The body must be a JSON object.') };
}
