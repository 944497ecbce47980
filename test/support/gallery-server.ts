import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { PAGE_POLICY, readPageFile } from '../../src/demo/workspace/page-files.ts';
import type { ActResult, ConversationView, StreamEvent } from '../../src/demo/workspace/protocol.ts';
import { homeBlocks } from './gallery-views.ts';
import {
  galleryMessages,
  galleryModal,
  galleryRequests,
  galleryThread,
  toBlocks,
  workspaceFor,
} from './gallery-world.ts';

export interface Gallery {
  readonly url: string;
  /** What the page sent to `/ui/act`, oldest first. */
  readonly acts: readonly unknown[];
  /** Sends to every open page. */
  readonly send: (event: StreamEvent) => void;
  readonly stop: () => Promise<void>;
}

/** The workspace's page over fixed data: to look at it, and to test it, without the server and the bot. */
export async function openGallery(answer: (act: unknown) => ActResult = answerAct): Promise<Gallery> {
  const acts: unknown[] = [];
  const streams = new Set<ServerResponse>();
  const send = (event: StreamEvent) => {
    for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://gallery');
    if (url.pathname === '/ui/stream') openStream(response, streams);
    else if (url.pathname === '/ui/act') {
      const act = await json(request);
      acts.push(act);
      for (const event of eventsAfter(act)) send(event);
      sendJson(response, answer(act));
    } else await serve(response, url);
  };
  const server = createServer((request, response) => void handle(request, response));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = async () => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    server.closeAllConnections();
    await closed.promise;
  };
  return { url: `http://127.0.0.1:${port}/`, acts, send, stop };
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ event: 'ready' })}\n\n`);
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function serve(response: ServerResponse, url: URL): Promise<void> {
  const as = url.searchParams.get('as') ?? '';
  const channel = url.searchParams.get('channel') ?? '';
  const read = READS[url.pathname];
  if (read) return sendJson(response, read(as, channel));
  const file = await readPageFile(url.pathname);
  if (file)
    response
      .writeHead(200, { 'content-type': file.type, 'content-security-policy': PAGE_POLICY })
      .end(file.body);
  else response.writeHead(404).end();
}

const READS: Readonly<Record<string, (as: string, channel: string) => unknown>> = {
  '/ui/workspace': workspaceFor,
  '/ui/messages': (as, channel) => conversationView(as, channel, galleryMessages),
  '/ui/thread': (as, channel) => conversationView(as, channel, galleryThread),
  '/ui/home': () => ({ viewId: 'V0HOME00001', blocks: toBlocks(homeBlocks), hash: '1' }),
  '/ui/modals': () => [],
  '/ui/requests': () => galleryRequests,
};

function conversationView(as: string, channel: string, all: ConversationView['messages']): ConversationView {
  const conversation = workspaceFor(as).conversations.find((each) => each.id === channel);
  if (!conversation) throw new Error(`the gallery has no channel ${channel}`);
  const messages = all.filter((each) => each.channel === channel);
  const firstUnread = messages.at(-3)?.ts;
  return { conversation, messages, ...(firstUnread && messages.length > 3 && { firstUnread }) };
}

function isAct(act: unknown, name: string, key: string, value: string): boolean {
  const fields = typeof act === 'object' && act !== null ? new Map(Object.entries(act)) : new Map();
  return fields.get('act') === name && (key === '' || fields.get(key) === value);
}

function eventsAfter(act: unknown): readonly StreamEvent[] {
  if (isAct(act, 'use', 'actionId', 'reject')) return [{ event: 'modals', modals: [galleryModal] }];
  if (isAct(act, 'close', '', '') || isAct(act, 'submit', '', '')) return [{ event: 'modals', modals: [] }];
  return [];
}

function answerAct(act: unknown): ActResult {
  if (isAct(act, 'propose', '', '')) {
    return { ok: true, answer: { status: 202, body: '{"id":"prop_0199","number":1045,"state":"received"}' } };
  }
  return { ok: true };
}
