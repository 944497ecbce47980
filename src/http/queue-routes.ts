import { z } from 'zod';
import type { Json, JsonObject } from '../domain/json.ts';
import { isObject } from '../domain/json.ts';
import { type Acknowledgement, acknowledge } from '../lifecycle/acknowledge.ts';
import { collect, type HandedOut } from '../lifecycle/collect.ts';
import { takeIn } from '../lifecycle/take-in.ts';
import { listInbox } from '../store/inbox.ts';
import { type Answer, json, type Read } from './answer.ts';
import type { Call, Route, SystemCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { LIMITS } from './limits.ts';
import { problem, retryAfter } from './problem.ts';
import { readQuery } from './query.ts';
import { readStrictJson } from './strict-json.ts';
import { invalidInput, pointerOf } from './validate.ts';

/** The queue connector's side of the door: a system collects, acknowledges and tells; agents read what it told. */
export function queueRoutes(desk: Desk): Route[] {
  return [
    {
      by: 'system',
      method: 'GET',
      path: '/v1/queues/{system}/events',
      handle: (call) => getEvents(desk, call),
    },
    {
      by: 'system',
      method: 'POST',
      path: '/v1/queues/{system}/events/{id}/ack',
      handle: (call) => postAck(desk, call),
    },
    {
      by: 'system',
      method: 'POST',
      path: '/v1/queues/{system}/inbox',
      handle: (call) => postInbox(desk, call),
    },
    { method: 'GET', path: '/v1/events', handle: (call: Call) => getInbox(desk, call) },
  ];
}

const USUAL = 10;

/** Ends in `collect`: CloudEvents 1.0 in batched mode; an empty batch with Retry-After while nothing is handed out. */
async function getEvents(desk: Desk, call: SystemCall): Promise<Answer> {
  const query = readQuery(call.query, ['limit']);
  if (!query.ok) return query.refusal;
  const limit = readCount(query.value.get('limit'), USUAL);
  if (!limit) return problem('bad-request', `limit is a number from 1 to ${LIMITS.listed}.`);
  const { system } = call.collector;
  const collected = await collect(desk.context, call.collector, limit);
  if (collected.outcome === 'wait')
    return json(200, [], { 'content-type': BATCH, ...retryAfter(collected.ms) });
  const source = `${desk.publicUrl ?? ''}/v1/queues/${system.id}`;
  return json(
    200,
    collected.events.map((each) => cloudEvent(each, source)),
    { 'content-type': BATCH },
  );
}

const BATCH = 'application/cloudevents-batch+json';

function cloudEvent(
  { id, account, event, attempt, approvedAt, number, receipt }: HandedOut,
  source: string,
): JsonObject {
  return {
    specversion: '1.0',
    ...{ id, source, type: event.event, subject: account, time: approvedAt.toISOString() },
    datacontenttype: 'application/json',
    data: event.data,
    ...{ proposalnumber: number, attempt, countersignreceipt: receipt },
  };
}

const text = (most: number) => z.string('must be a text').max(most, `must have at most ${most} characters`);

export const ackBody = z.discriminatedUnion(
  'outcome',
  [
    z.strictObject({
      outcome: z.literal('done'),
      result: z.custom<JsonObject>(isObject, 'must be an object').default({}),
    }),
    z.strictObject({
      outcome: z.literal('failed'),
      reason: text(LIMITS.failureCharacters).default('the system gave no reason'),
    }),
  ],
  { error: 'outcome must be "done" or "failed"' },
);

/** Ends in `acknowledge`. */
async function postAck(desk: Desk, call: SystemCall): Promise<Answer> {
  const said: Read<Acknowledgement> = readAs(call.body, ackBody);
  if (!said.ok) return said.refusal;
  const id = call.params.id ?? '';
  const result = await acknowledge(desk.context, call.collector, id, said.value);
  switch (result) {
    case 'recorded':
      return json(200, { id, outcome: said.value.outcome });
    case 'no_such_event':
      return problem('no-such-event', 'Nothing of this id was handed out to this system.');
    case 'settled_otherwise':
      return problem('settled-otherwise', 'It was acknowledged otherwise, or a person has settled it.');
  }
}

export const cloudEventBody = z
  .looseObject({
    specversion: z.literal('1.0', 'must be "1.0"'),
    id: text(LIMITS.eventIdCharacters).min(1, 'must not be empty'),
    source: text(LIMITS.eventSourceCharacters).min(1, 'must not be empty'),
    type: text(LIMITS.eventIdCharacters).min(1, 'must not be empty'),
  })
  .transform((event): { id: string; event: JsonObject } => ({ id: event.id, event: Object(event) }));

/** Ends in `takeIn`. */
async function postInbox(desk: Desk, call: SystemCall): Promise<Answer> {
  const event = readAs(call.body, cloudEventBody);
  if (!event.ok) return event.refusal;
  const { id } = event.value;
  const kept = await takeIn(desk.context, call.collector.system, id, event.value.event);
  if (kept) return json(202, { id });
  return problem('same-id', 'Another event of this id is kept already: an id is used once.');
}

/** What a system whose actions this agent may propose has told. */
async function getInbox(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, ['system', 'after', 'limit']);
  if (!query.ok) return query.refusal;
  const system = query.value.get('system') ?? '';
  const systems = [...new Set(call.agent.may.map((action) => action.split('.', 1)[0] ?? ''))];
  if (!systems.includes(system))
    return problem('bad-request', `system is one of ${systems.join(', ')}: those that you may propose for.`);
  const after = readCount(query.value.get('after') ?? '0', 0, Number.MAX_SAFE_INTEGER);
  const limit = readCount(query.value.get('limit'), USUAL);
  if (after === undefined || !limit)
    return problem(
      'bad-request',
      `after is what next_after said, limit a number from 1 to ${LIMITS.listed}.`,
    );
  const events = await listInbox(desk.context.database, system, after, limit);
  return json(200, { events: events.map(({ event }) => event), next_after: events.at(-1)?.seq ?? after });
}

function readCount(
  text: string | undefined,
  usual: number,
  most: number = LIMITS.listed,
): number | undefined {
  const value = text === undefined ? usual : /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}

function readAs<T>(body: Uint8Array, schema: z.ZodType<T>): Read<T> {
  const read = readStrictJson(body);
  if (!read.ok) return { ok: false, refusal: problem('not-json', `The body can't be read: ${read.why}.`) };
  const value: Json = read.value;
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: pointerOf(path),
    detail: message,
  }));
  return { ok: false, refusal: invalidInput(errors) };
}
