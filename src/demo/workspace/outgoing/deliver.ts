import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, FaultKind } from '../faults.ts';
import { asString, type JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import type { World } from '../world.ts';
import { type AppAnswer, postToApp } from './post-to-app.ts';
import { sign } from './sign.ts';
import type { Envelope } from './socket-mode.ts';

export interface Outgoing {
  readonly type: Envelope['type'];
  /** "block_actions", "/agent", "app_home_opened": what faults and the log call it. */
  readonly name: string;
  readonly channel?: string;
  readonly payload: JsonObject;
  /** As the manifest names it; its host is replaced by the bot's. */
  readonly url: string | undefined;
  readonly retry?: { readonly num: number; readonly reason: string };
}

export type Reply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string; readonly noRetry: boolean }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly why: string };

const answersBack = new Set(['view_submission', 'block_suggestion']);

/** Sends once and waits three seconds at most; what comes later is only logged. */
export async function deliver(world: World, outgoing: Outgoing): Promise<Reply> {
  const take = (...kinds: FaultKind[]) => world.faults.take(kinds, outgoing.name, outgoing.channel);
  const late = take('late');
  if (late) await pause(late.ms ?? 1_000);
  if (take('hold')) await new Promise<void>((resolve) => world.faults.held.push(resolve));
  const send = () => (world.isSocketMode ? overSocket(world, outgoing) : overHttp(world, outgoing));
  if (take('duplicate')) void send();
  const reply = await send();
  for (const release of world.faults.held.splice(0)) release();
  return reply;
}

function bodyOf({ type, payload }: Outgoing): { body: string; contentType: string } {
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const fields: JsonObject = type === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  const form = new URLSearchParams(
    Object.entries(fields).map(([key, value]): [string, string] => [key, asString(value)]),
  );
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}

function timestampFor(world: World, fault: Fault | undefined): string {
  const shift = fault?.kind === 'future_timestamp' ? 3_600 : fault?.kind === 'old_timestamp' ? -3_600 : 0;
  return String(Math.floor(world.clock.now() / 1000) + shift);
}

function urlFor(world: World, { url }: Outgoing): string {
  const asked = new URL(url ?? '/slack/events', world.botUrl ?? 'https://unset.invalid');
  return world.botUrl ? new URL(asked.pathname + asked.search, world.botUrl).href : asked.href;
}

async function overHttp(world: World, outgoing: Outgoing): Promise<Reply> {
  const { body, contentType } = bodyOf(outgoing);
  const spoiled = world.faults.take(
    ['future_timestamp', 'old_timestamp', 'bad_signature', 'truncated_body'],
    outgoing.name,
    outgoing.channel,
  );
  const timestamp = timestampFor(world, spoiled);
  const secret = spoiled?.kind === 'bad_signature' ? 'not the secret' : world.keys.signingSecret;
  const signature = sign(secret, timestamp, body);
  const url = urlFor(world, outgoing);
  const end = world.log.begin({
    at: world.clock.now(),
    direction: 'out',
    transport: 'http',
    name: outgoing.name,
    method: 'POST',
    url,
    signature,
    requestBody: JSON.stringify(outgoing.payload, null, 2),
  });
  const { retry } = outgoing;
  const answer = postToApp({
    url,
    body,
    isTruncated: spoiled?.kind === 'truncated_body',
    headers: {
      'Content-Type': contentType,
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': signature,
      'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      Accept: 'application/json,*/*',
      ...(retry ? { 'X-Slack-Retry-Num': String(retry.num), 'X-Slack-Retry-Reason': retry.reason } : {}),
    },
  });
  return within(answer, end);
}

async function overSocket(world: World, outgoing: Outgoing): Promise<Reply> {
  const { type, payload, retry, name } = outgoing;
  const end = world.log.begin({
    at: world.clock.now(),
    direction: 'out',
    transport: 'socket',
    name,
    method: 'WS',
    url: '/link/',
    requestBody: JSON.stringify(payload, null, 2),
  });
  const ack = world.sockets.send({
    type,
    payload,
    accepts_response_payload: type === 'slash_commands' || answersBack.has(name),
    ...(type === 'events_api' ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? '' } : {}),
  });
  if (!ack) return within(Promise.reject(new Error('no Socket Mode connection is open')), end);
  const answer = ack.then((body) => ({ status: 200, body: bodyText(JSON.stringify(body)), noRetry: false }));
  return within(answer, end);
}

function bodyText(json: string): string {
  return json === '{}' || json === 'null' ? '' : json;
}

type End = ReturnType<World['log']['begin']>;

async function within(answer: Promise<AppAnswer>, end: End): Promise<Reply> {
  const began = performance.now();
  const latency = () => Math.round(performance.now() - began);
  const settled: Promise<Reply> = answer.then(
    ({ status, body, noRetry }) => {
      const ok = status >= 200 && status < 300;
      const tooLate = latency() > limits.ackMs;
      end({
        latencyMs: latency(),
        status,
        ok: ok && !tooLate,
        responseBody: body,
        ...(tooLate ? { error: 'operation_timeout' } : {}),
      });
      return { kind: 'answered', status, body, noRetry };
    },
    (error: Error) => {
      end({ latencyMs: latency(), status: null, ok: false, error: error.message, responseBody: '' });
      return { kind: 'unreachable', why: error.message };
    },
  );
  const cancel = new AbortController();
  const timeout = pause(limits.ackMs, undefined, { signal: cancel.signal }).then(
    (): Reply => {
      end({ latencyMs: latency(), status: null, ok: false, error: 'operation_timeout', responseBody: '' });
      return { kind: 'timeout' };
    },
    (): Reply => ({ kind: 'timeout' }),
  );
  const first = await Promise.race([settled, timeout]);
  cancel.abort();
  return first;
}
