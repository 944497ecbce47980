import { isObject, type JsonObject, parseJson, stringIn } from '../json.ts';
import { postMessage } from '../messages.ts';
import { deliver } from '../outgoing/deliver.ts';
import { slashCommand } from '../outgoing/payloads.ts';
import { respond } from '../outgoing/response-urls.ts';
import type { Act, ActResult } from '../protocol.ts';
import type { Channel, Person } from '../state.ts';
import { conversationSummary } from '../ui-views.ts';
import { Refusal } from '../web-api/call.ts';
import type { World } from '../world.ts';
import { withReferences } from './mentions.ts';
import { commandProblem, sentences } from './sentences.ts';

type Say = Extract<Act, { act: 'say' }>;

export async function say(world: World, person: Person, act: Say): Promise<ActResult> {
  const channel = world.state.channels[act.channel];
  if (!channel?.members.includes(person.id)) return { ok: false, problem: sentences.notMember };
  const typed = act.text.trim();
  if (!typed) return { ok: false, problem: 'There is nothing to send.' };
  if (typed.startsWith('/')) return command(world, person, channel, typed, act.threadTs);
  const closed = conversationSummary(world, person.id, channel).closedBecause;
  if (closed) return { ok: false, problem: closed };
  const message = postMessage(world, {
    channel: channel.id,
    user: person.id,
    text: withReferences(world, typed, false),
    blocks: [],
    ...(act.threadTs ? { threadTs: act.threadTs } : {}),
  });
  return { ok: true, ts: message.ts, channel: channel.id };
}

function notACommand(name: string): string {
  return `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands. If you are trying to send a message and not run a command, try preceding the "/" with an empty space.`;
}

async function command(
  world: World,
  person: Person,
  channel: Channel,
  typed: string,
  threadTs: string | undefined,
): Promise<ActResult> {
  const [name = ''] = typed.split(/\s/, 1);
  const known = world.app.features.slash_commands.find((each) => each.command === name);
  if (!known || !world.isInstalled || person.strangerFrom) return { ok: false, problem: notACommand(name) };
  if (threadTs) return { ok: false, problem: `${name} is not supported in threads. Sorry!` };
  const rest = typed.slice(name.length).trim();
  const text = known.should_escape ? withReferences(world, rest, true) : rest;
  const payload = slashCommand(world, person.id, channel, name, text);
  const reply = await deliver(world, {
    type: 'slash_commands',
    name,
    channel: channel.id,
    payload,
    url: known.url,
  });
  const problem = commandProblem(name, reply);
  if (problem) return { ok: false, problem };
  if (reply.kind !== 'answered') return { ok: true };
  return answered(world, person, channel, typed, reply.body);
}

/** An answer in the channel also shows the command to everybody. */
function answered(world: World, person: Person, channel: Channel, typed: string, body: string): ActResult {
  const answer = messageOf(body);
  if (!answer) return { ok: true };
  const target = { channel: channel.id, user: person.id };
  try {
    if (stringIn(answer.response_type) === 'in_channel')
      postMessage(world, {
        channel: channel.id,
        user: person.id,
        text: withReferences(world, typed, false),
        blocks: [],
      });
    const message = respond(world, target, answer);
    return { ok: true, channel: channel.id, ...(message ? { ts: message.ts } : {}) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    logFinding(world, error, body);
    return { ok: false, problem: `${typed.split(/\s/, 1)[0]} failed with the error "${error.code}"` };
  }
}

/** JSON, or a plain text that is shown as it is. */
function messageOf(body: string): JsonObject | undefined {
  if (!body.trim()) return undefined;
  const parsed = parseJson(body);
  if (isObject(parsed)) return Object.keys(parsed).length > 0 ? parsed : undefined;
  return { text: typeof parsed === 'string' ? parsed : body };
}

function logFinding(world: World, refusal: Refusal, body: string): void {
  const errors = refusal.extra.errors;
  world.log.begin({
    at: world.clock.now(),
    direction: 'in',
    transport: 'http',
    name: 'command answer',
    method: 'POST',
    url: '',
    requestBody: body,
    findings: Array.isArray(errors) ? errors.map(String) : [refusal.code],
  })({ latencyMs: 0, status: null, ok: false, error: refusal.code, responseBody: '' });
}
