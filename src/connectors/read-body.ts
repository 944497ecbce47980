import type { Json } from '../domain/json.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Deeper than any record is, and shallow enough for whoever walks it. */
const MAX_DEPTH = 64;

/**
 * Reads an answer's JSON; undefined: it isn't, or not such as can be kept. Secrets that the system sends back are taken out, and
 * what Postgres can't hold (U+0000, half a surrogate pair) is replaced, so that no answer can keep its own write from being recorded.
 */
export function readBody(bytes: Uint8Array, secrets: readonly string[]): Json | undefined {
  try {
    return clean(JSON.parse(utf8.decode(bytes)), 0, redactor(secrets));
  } catch {
    return undefined;
  }
}

function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  // The longest first: one secret may be the beginning of the other.
  const known = [...forms].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce((rest, form) => rest.replaceAll(form, '[secret]'), text)
      .replaceAll('\0', '\ufffd')
      .toWellFormed();
}

function clean(value: unknown, depth: number, redact: (text: string) => string): Json {
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('too large');
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((each) => clean(each, depth + 1, redact));
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.map(([key, each]) => [redact(key), clean(each, depth + 1, redact)]));
}
