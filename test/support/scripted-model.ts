import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Loopback, startHttp } from './loopback.ts';

/** What the model has been told, whichever of the two APIs it came over. */
interface Conversation {
  readonly prompt: string;
  /** The last tool's answer, as the framework passed it on. */
  readonly told: string | undefined;
  readonly tools: readonly string[];
}

type Turn =
  | { readonly call: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly say: string };

export interface ScriptedModel {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A model over OpenAI's own network API (chat completions and responses) that plays one part: it asks for the refund that its prompt
 * names, waits where it is given a tool for that, and then repeats what it was told.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const server: Loopback = await startHttp((request, response) => void answer(request, response));
  return { url: `${server.url}/v1`, close: () => server.close() };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: Body = Object(await json(request));
  const isChat = request.url === '/v1/chat/completions';
  const turn = nextTurn(isChat ? readChat(body) : readResponses(body));
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(isChat ? chatAnswer(turn) : responsesAnswer(turn)));
}

function nextTurn({ prompt, told, tools }: Conversation): Turn {
  if (told === undefined) {
    const [, amount, invoice, account] = /Refund ([\d.]+) of (\w+), account (\w+)/.exec(prompt) ?? [];
    return { call: 'billing_refund', args: { account, invoice, amount, reason: 'Charged twice' } };
  }
  const id = /prop_[0-9a-f]{32}/.exec(told)?.[0];
  if (id && tools.includes('wait_for_decision') && /"settled\\*":false/.test(told))
    return { call: 'wait_for_decision', args: { id, until: 'settled' } };
  const state = /state\\*":\\*"(\w+)/.exec(told)?.[1] ?? told;
  return { say: `It is ${state}${told.includes('re_1') ? ', as re_1' : ''}.` };
}

interface Item {
  readonly role?: string;
  readonly type?: string;
  readonly content?: unknown;
  readonly output?: unknown;
}
interface Body {
  readonly messages?: readonly Item[];
  readonly input?: readonly Item[] | string;
  readonly tools?: readonly { readonly name?: string; readonly function?: { readonly name: string } }[];
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function readChat({ messages = [], tools = [] }: Body): Conversation {
  const last = messages.at(-1);
  return {
    prompt: asText(messages.find(({ role }) => role === 'user')?.content),
    told: last?.role === 'tool' ? asText(last.content) : undefined,
    tools: tools.flatMap((tool) => tool.function?.name ?? []),
  };
}

function readResponses({ input = [], tools = [] }: Body): Conversation {
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const last = items.at(-1);
  return {
    prompt: asText(items.find(({ role }) => role === 'user')?.content),
    told: last?.type === 'function_call_output' ? asText(last.output) : undefined,
    tools: tools.flatMap(({ name }) => name ?? []),
  };
}

let made = 0;
const fresh = (kind: string) => {
  made += 1;
  return `${kind}_${process.pid}_${made}_${Date.now()}`;
};
const NOW = () => Math.floor(Date.now() / 1_000);

function chatAnswer(turn: Turn) {
  const message =
    'call' in turn
      ? {
          content: null,
          tool_calls: [
            {
              id: fresh('call'),
              type: 'function',
              function: { name: turn.call, arguments: JSON.stringify(turn.args) },
            },
          ],
        }
      : { content: turn.say };
  return {
    ...{ id: fresh('chatcmpl'), object: 'chat.completion', created: NOW(), model: 'scripted' },
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, ...message },
        finish_reason: 'call' in turn ? 'tool_calls' : 'stop',
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

function responsesAnswer(turn: Turn) {
  const output =
    'call' in turn
      ? {
          ...{ type: 'function_call', id: fresh('fc'), call_id: fresh('call'), status: 'completed' },
          ...{ name: turn.call, arguments: JSON.stringify(turn.args) },
        }
      : {
          ...{ type: 'message', id: fresh('msg'), role: 'assistant', status: 'completed' },
          content: [{ type: 'output_text', text: turn.say, annotations: [] }],
        };
  return {
    ...{ id: fresh('resp'), object: 'response', created_at: NOW(), status: 'completed', model: 'scripted' },
    ...{ error: null, incomplete_details: null, output: [output], tools: [] },
    usage: {
      ...{ input_tokens: 1, output_tokens: 1, total_tokens: 2 },
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
}
