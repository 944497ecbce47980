import { z } from 'zod';
import { homeChanged, messageChanged, peopleChanged } from './announce.ts';
import { faultSchema } from './faults.ts';
import { BadRequest } from './http-exchange.ts';
import { findMessage, removeMessage } from './messages.ts';
import { memberChanged } from './outgoing/channel-events.ts';
import { appGone, sendEvent, tokensRevoked } from './outgoing/events.ts';
import { botUserId, type Channel, nextId, type Person } from './state.ts';
import type { World } from './world.ts';

interface Verb {
  readonly input: z.ZodType;
  run(world: World, input: unknown): unknown;
}

function verb<Input>(input: z.ZodType<Input>, run: (world: World, input: Input) => unknown): Verb {
  return { input, run: (world, given) => run(world, input.parse(given)) };
}

function person(world: World, named: string): Person {
  const found = Object.values(world.state.people).find(({ id, handle }) => id === named || handle === named);
  if (!found) throw new BadRequest(`nobody is called "${named}"`);
  return found;
}

function channel(world: World, named: string): Channel {
  const found = Object.values(world.state.channels).find(
    (each) => each.id === named || (each.kind !== 'dm' && `#${each.name}` === named),
  );
  if (!found) throw new BadRequest(`no channel is called "${named}"; names begin with #`);
  return found;
}

const named = { person: z.string() };
const placed = { channel: z.string() };

function setMember(world: World, where: Channel, id: string, isMember: boolean): void {
  const others = where.members.filter((each) => each !== id);
  const wasMember = others.length < where.members.length;
  where.members = isMember ? [...others, id] : others;
  if (wasMember !== isMember) memberChanged(world, where, id, isMember);
  world.save();
  peopleChanged(world);
}

/** What tests and the demo may do to a workspace that no app and no person in it could. */
const verbs: { readonly [name: string]: Verb } = {
  inspect: verb(z.strictObject({}), (world) => ({
    now: world.clock.now(),
    state: world.state,
    faults: world.faults.list(),
    requests: world.log.entries,
    sockets: world.sockets.connections(),
  })),
  advance: verb(z.strictObject({ ms: z.number().min(0) }), (world, { ms }) => {
    world.clock.advance(ms);
    world.streams.publish(() => ({ event: 'clock', now: world.clock.now() }));
    return { now: world.clock.now() };
  }),
  fault: verb(faultSchema, (world, fault) => world.faults.add(fault)),
  clear_faults: verb(z.strictObject({}), (world) => world.faults.clear()),
  rate_limits: verb(z.strictObject({ on: z.boolean() }), (world, { on }) => {
    world.rates.isOn = on;
  }),
  bot_url: verb(z.strictObject({ url: z.url() }), (world, { url }) => {
    world.botUrl = url;
  }),
  socket_mode: verb(z.strictObject({ on: z.boolean() }), (world, { on }) => {
    world.isSocketMode = on;
    if (!on) world.sockets.disconnect('link_disabled');
  }),
  disconnect: verb(
    z.strictObject({ reason: z.enum(['warning', 'refresh_requested', 'link_disabled']) }),
    (world, { reason }) => world.sockets.disconnect(reason),
  ),
  kick_bot: verb(z.strictObject(placed), (world, input) =>
    setMember(world, channel(world, input.channel), botUserId, false),
  ),
  invite_bot: verb(z.strictObject(placed), (world, input) =>
    setMember(world, channel(world, input.channel), botUserId, true),
  ),
  join: verb(z.strictObject({ ...named, ...placed }), (world, input) =>
    setMember(world, channel(world, input.channel), person(world, input.person).id, true),
  ),
  leave: verb(z.strictObject({ ...named, ...placed }), (world, input) =>
    setMember(world, channel(world, input.channel), person(world, input.person).id, false),
  ),
  archive: verb(z.strictObject({ ...placed, archived: z.boolean() }), (world, input) => {
    channel(world, input.channel).isArchived = input.archived;
    world.save();
    peopleChanged(world);
  }),
  delete_message: verb(z.strictObject({ ...placed, ts: z.string() }), (world, input) => {
    const message = findMessage(world, channel(world, input.channel).id, input.ts);
    if (!message) throw new BadRequest(`no message ${input.ts} in ${input.channel}`);
    removeMessage(world, message);
  }),
  deactivate: verb(z.strictObject({ ...named, deactivated: z.boolean() }), (world, input) => {
    person(world, input.person).isDeactivated = input.deactivated;
    world.save();
    peopleChanged(world);
  }),
  set_group: verb(z.strictObject({ group: z.string(), members: z.array(z.string()) }), (world, input) => {
    const group = Object.values(world.state.groups).find(({ handle }) => handle === input.group);
    if (!group) throw new BadRequest(`no group is called "${input.group}"`);
    group.members = input.members.map((each) => person(world, each).id);
    world.save();
  }),
  revoke_tokens: verb(z.strictObject({}), (world) => {
    world.keys.isRevoked = true;
    tokensRevoked(world);
  }),
  restore_tokens: verb(z.strictObject({}), (world) => {
    world.keys.isRevoked = false;
    world.isInstalled = true;
  }),
  uninstall: verb(z.strictObject({}), (world) => appGone(world)),
  refuse_scopes: verb(z.strictObject({ scopes: z.array(z.string()) }), (world, { scopes }) => {
    world.keys.refusedScopes.clear();
    for (const scope of scopes) world.keys.refusedScopes.add(scope);
  }),
  forget_home: verb(z.strictObject(named), (world, input) => {
    const id = person(world, input.person).id;
    delete world.state.homes[id];
    homeChanged(world, id);
  }),
  forget_problem: verb(z.strictObject({ ...placed, ts: z.string() }), (world, input) => {
    const message = findMessage(world, channel(world, input.channel).id, input.ts);
    if (!message) return;
    delete message.problem;
    messageChanged(world, message);
  }),
  event: verb(z.strictObject({ event: z.record(z.string(), z.json()) }), (world, { event }) =>
    sendEvent(world, event),
  ),
  execute_function: verb(
    z.strictObject({ callback_id: z.string(), inputs: z.record(z.string(), z.json()) }),
    executeFunction,
  ),
};

/** A step of a workflow: the app has to complete it with functions.completeSuccess or completeError. */
function executeFunction(
  world: World,
  input: { callback_id: string; inputs: Record<string, z.core.util.JSONType> },
): { id: string } {
  const id = nextId(world.state, 'Fx');
  world.state.executions[id] = { id, state: 'running', outputs: {}, error: '' };
  world.save();
  const event = {
    type: 'function_executed',
    function: { id: nextId(world.state, 'Fn'), callback_id: input.callback_id, type: 'app' },
    inputs: input.inputs,
    function_execution_id: id,
    workflow_execution_id: nextId(world.state, 'Wx'),
    bot_access_token: world.tokens.newest(),
  };
  sendEvent(world, event, null);
  return { id };
}

export async function control(world: World, name: string, input: unknown): Promise<unknown> {
  const found = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!found)
    throw new BadRequest(`there is no "${name}" here; there are ${Object.keys(verbs).join(', ')}`, 404);
  const checked = found.input.safeParse(input);
  if (!checked.success) throw new BadRequest(z.prettifyError(checked.error));
  return (await found.run(world, input)) ?? {};
}
