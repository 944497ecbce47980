import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, incomingFaults } from '../faults.ts';
import { answerJson, type Exchange, formFields, readBody } from '../http-exchange.ts';
import { asString, isObject, type JsonObject, objectIn, parseJson, stringIn } from '../json.ts';
import type { World } from '../world.ts';
import { type Method, Refusal, text } from './call.ts';
import { grantedScopes } from './granted-scopes.ts';
import { findMethod } from './methods.ts';

interface Incoming {
  readonly name: string;
  readonly method: Method | undefined;
  readonly args: JsonObject;
  readonly token: string;
  /** What is wrong with the body itself. */
  readonly unreadable?: 'invalid_json' | 'json_not_object' | undefined;
}

interface Outcome {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Record<string, string>;
  readonly isDropped?: boolean;
}

export async function serveWebApi(world: World, exchange: Exchange): Promise<void> {
  const began = performance.now();
  const incoming = await parse(exchange);
  const { token: _, ...shown } = incoming.args;
  const end = world.log.begin({
    at: world.clock.now(),
    direction: 'in',
    transport: 'http',
    name: incoming.name,
    method: exchange.request.method ?? '',
    url: exchange.url.pathname,
    requestBody: JSON.stringify(readable(shown), null, 2),
  });
  const outcome = await decide(world, incoming);
  if (outcome.isDropped) exchange.request.socket.destroy();
  const responseBody = answerJson(exchange.response, outcome.status, outcome.body, {
    ...scopeHeaders(world, incoming),
    ...outcome.headers,
  });
  const error = outcome.isDropped ? 'connection dropped' : stringIn(outcome.body.error);
  end({
    latencyMs: Math.round(performance.now() - began),
    status: outcome.isDropped ? null : outcome.status,
    ok: outcome.body.ok === true && !outcome.isDropped,
    responseBody,
    findings: findingsOf(outcome.body),
    ...(error ? { error } : {}),
  });
}

async function parse({ request, url }: Exchange): Promise<Incoming> {
  const name = url.pathname.slice('/api/'.length);
  const query = Object.fromEntries(url.searchParams);
  const body = request.method === 'POST' ? (await readBody(request)).toString() : '';
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  const json = isJson && body ? parseJson(body) : {};
  const unreadable = json === undefined ? 'invalid_json' : isObject(json) ? undefined : 'json_not_object';
  const args: JsonObject = { ...query, ...(isJson ? objectIn(json) : formFields(body)) };
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return { name, method: findMethod(name), args, token: bearer ?? text(args, 'token'), unreadable };
}

function readable(args: JsonObject): JsonObject {
  const parsed = Object.entries(args).map(([key, value]) => {
    const inner = typeof value === 'string' && /^[[{]/.test(value) ? parseJson(value) : undefined;
    return [key, inner ?? value] as const;
  });
  return Object.fromEntries(parsed);
}

function findingsOf(body: JsonObject): string[] {
  if (body.error === 'unknown_method') return ['the workspace does not know this method'];
  const messages = objectIn(body.response_metadata).messages;
  return Array.isArray(messages) ? messages.map((each) => asString(each).replace('[ERROR] ', '')) : [];
}

function scopeHeaders(world: World, { method }: Incoming): Record<string, string> {
  return {
    'x-slack-req-id': randomBytes(16).toString('hex'),
    'x-oauth-scopes': [...grantedScopes(world)].join(','),
    'x-accepted-oauth-scopes': (method?.scopes ?? []).join(','),
  };
}

const refused = (error: string, extra: JsonObject = {}): Outcome => ({
  status: 200,
  body: { ok: false, error, ...extra },
});

function tooMany(seconds: number): Outcome {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(seconds) },
  };
}

async function decide(world: World, incoming: Incoming): Promise<Outcome> {
  const { name, method, args, token } = incoming;
  const channel = text(args, 'channel') || undefined;
  const fault = world.faults.take(incomingFaults, name, channel);
  if (fault?.kind === 'latency') await pause(fault.ms ?? 1_000);
  const before = fault && faultBefore(fault);
  if (before) return before;
  if (!method) return refused('unknown_method', { req_method: name });
  if (incoming.unreadable) return refused(incoming.unreadable);
  const denied = authenticate(world, method, token);
  if (denied) return denied;
  const wait = world.rates.take(name, method.tier, channel ?? '');
  if (wait !== undefined) return tooMany(wait);
  return (fault && faultAfter(fault, run(world, method, args))) ?? run(world, method, args);
}

function faultBefore(fault: Fault): Outcome | undefined {
  const broken = { status: 500, body: { ok: false, error: 'fatal_error' } };
  switch (fault.kind) {
    case 'rate_limited':
      return tooMany(fault.retryAfter ?? 1);
    case 'error_before':
      return broken;
    case 'drop_before':
      return { ...broken, isDropped: true };
    case 'refuse':
      return refused(fault.error ?? 'fatal_error');
    default:
      return undefined;
  }
}

/** The call took effect, and its caller is not told. */
function faultAfter(fault: Fault, done: Outcome): Outcome {
  if (fault.kind === 'error_after') return { status: 500, body: { ok: false, error: 'fatal_error' } };
  return fault.kind === 'drop_after' ? { ...done, isDropped: true } : done;
}

function authenticate(world: World, method: Method, token: string): Outcome | undefined {
  if (method.token === 'none') return undefined;
  if (!token) return refused('not_authed');
  const isAppToken = token === world.keys.appToken;
  const doubt = isAppToken ? undefined : world.tokens.refusalOf(token);
  if (doubt) return refused(doubt);
  if (isAppToken !== (method.token === 'app')) return refused('not_allowed_token_type');
  if (!world.isInstalled) return refused('account_inactive');
  if (world.keys.isRevoked && method.token !== 'app') return refused('token_revoked');
  const granted = grantedScopes(world);
  if (method.scopes.length === 0 || method.scopes.some((scope) => granted.has(scope))) return undefined;
  return refused('missing_scope', { needed: method.scopes.join(','), provided: [...granted].join(',') });
}

function run(world: World, method: Method, args: JsonObject): Outcome {
  try {
    const answer = method.run({ world, args, granted: grantedScopes(world) });
    return { status: 200, body: { ok: true, ...(isObject(answer) ? answer : {}) } };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.code, error.extra);
    throw error;
  }
}
