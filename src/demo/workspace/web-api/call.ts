import { isObject, type JsonObject, parseJson, stringIn } from '../json.ts';
import type { Tier } from '../limits.ts';
import type { Json } from '../protocol.ts';
import type { World } from '../world.ts';

export interface Call {
  readonly world: World;
  readonly args: JsonObject;
  /** Scopes that the token holds. */
  readonly granted: ReadonlySet<string>;
}

export interface Method {
  readonly tier: Tier | 'posting' | 'special';
  /** One of these is enough; none are needed when empty. */
  readonly scopes: readonly string[];
  /** Which token it takes; a bot token when absent. */
  readonly token?: 'app' | 'none';
  /** Answers with what stands beside `ok: true`. Throws a Refusal. */
  run(call: Call): JsonObject;
}

export type MethodTable = { readonly [name: string]: Method };

/** `{ok: false, error}` with whatever Slack puts beside it. */
export class Refusal extends Error {
  readonly code: string;
  readonly extra: JsonObject;
  constructor(code: string, extra: JsonObject = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}

export function invalidArguments(...messages: string[]): Refusal {
  return new Refusal('invalid_arguments', {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}

export function text(args: JsonObject, name: string): string {
  const value = args[name];
  return typeof value === 'number' ? String(value) : stringIn(value);
}

export function required(args: JsonObject, name: string): string {
  const value = text(args, name);
  if (!value) throw invalidArguments(`missing required field: ${name}`);
  return value;
}

export function flag(args: JsonObject, name: string): boolean {
  return ['true', '1', true, 1].includes(args[name] as never);
}

/** A structure, which a form carries as a JSON string. undefined: absent; null: not JSON. */
export function structure(args: JsonObject, name: string): Json | undefined {
  const value = args[name];
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' ? (parseJson(value) ?? null) : value;
}

export function objectArg(args: JsonObject, name: string): JsonObject {
  const value = structure(args, name);
  if (!isObject(value)) throw invalidArguments(`missing required field: ${name}`);
  return value;
}

/** One page of a list, with the cursor of the next. */
export function page<Item>(
  items: readonly Item[],
  args: JsonObject,
  usual = 100,
): { items: Item[]; next: string } {
  const cursor = text(args, 'cursor');
  const start = cursor ? Number(Buffer.from(cursor, 'base64url').toString().replace('from:', '')) : 0;
  if (!Number.isInteger(start)) throw new Refusal('invalid_cursor');
  const limit = Math.min(Number(text(args, 'limit')) || usual, 1000);
  const end = start + limit;
  const next = end < items.length ? Buffer.from(`from:${end}`).toString('base64url') : '';
  return { items: items.slice(start, end), next };
}
