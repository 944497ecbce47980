import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Workspace } from '../../../src/demo/workspace/start-workspace.ts';
import { type CallSlack, slackCaller } from '../../support/call-slack.ts';
import { startTestWorkspace, testKeys } from '../../support/start-test-workspace.ts';
import type { WorkspacePerson } from '../../support/workspace-person.ts';
import { socketFrames } from '../data/slack-socket-frames.ts';

let workspace: Workspace;
let as: (handle: string) => WorkspacePerson;
let call: CallSlack;

beforeEach(async () => {
  ({ workspace, as } = await startTestWorkspace({ socketMode: true, rateLimits: false }));
  call = slackCaller(workspace.apiUrl);
});
afterEach(() => workspace.stop());

type Frame = { readonly type: string; readonly [key: string]: unknown };

async function ticket(): Promise<string> {
  const { body } = await call('apps.connections.open', {}, { token: testKeys.appToken });
  return String(body.url);
}

/** A connection and its frames, from the first. */
async function connect(): Promise<{ socket: WebSocket; next: () => Promise<Frame> }> {
  const socket = new WebSocket(await ticket());
  const frames: Frame[] = [];
  const waiting: ((frame: Frame) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Frame;
    const taker = waiting.shift();
    if (taker) taker(frame);
    else frames.push(frame);
  });
  return {
    socket,
    next: async () => frames.shift() ?? new Promise((resolve) => waiting.push(resolve)),
  };
}

/** The same keys, and values of the same type. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

describe('a Socket Mode connection', () => {
  it('begins with hello, like the frame of the SDKs’ mock servers', async () => {
    const { next, socket } = await connect();
    expect(shapeOf(await next())).toEqual(shapeOf(socketFrames.hello));
    socket.close();
  });

  it('carries a command in an envelope and takes its answer from the acknowledgement', async () => {
    const { next, socket } = await connect();
    await next();
    const asked = as('lea').command('/agent status', '#agent-ops');
    const { payload, ...envelope } = await next();
    expect(shapeOf(envelope)).toEqual(shapeOf(socketFrames.slashCommand));
    expect(envelope).toMatchObject({ type: 'slash_commands', accepts_response_payload: true });
    expect(payload).toMatchObject({ command: '/agent', text: 'status' });
    socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, payload: { text: 'all is well' } }));
    expect((await asked).map(({ text, ephemeral }) => [text, ephemeral])).toEqual([['all is well', true]]);
    socket.close();
  });

  it('carries events with the number of the attempt', async () => {
    const { next, socket } = await connect();
    await next();
    await as('lea').act({ act: 'open_home', as: 'lea', tab: 'home' });
    const { payload, ...envelope } = await next();
    expect(shapeOf(envelope)).toEqual(shapeOf(socketFrames.event));
    expect(payload).toMatchObject({ type: 'event_callback', event: { type: 'app_home_opened' } });
    socket.send(JSON.stringify({ envelope_id: envelope.envelope_id }));
    socket.close();
  });

  it('is asked to go, and the ticket of another serves once', async () => {
    const { next, socket } = await connect();
    await next();
    await workspace.control('disconnect', { reason: 'refresh_requested' });
    expect(await next()).toEqual({ ...socketFrames.disconnect, debug_info: { host: expect.any(String) } });
    await once(socket, 'close');
    const url = await ticket();
    const first = new WebSocket(url);
    await once(first, 'open');
    const [error] = await once(new WebSocket(url), 'error');
    expect(String(error)).toContain('404');
    first.close();
  });

  it('is one of at most ten', async () => {
    const all = [];
    for (let count = 0; count < 11; count += 1) {
      const one = await connect();
      all.push({ ...one, first: await one.next() });
    }
    expect(all.map(({ first }) => first.type)).toEqual([
      ...Array.from({ length: 10 }, () => 'hello'),
      'disconnect',
    ]);
    expect(all.at(-1)?.first.reason).toBe('too_many_websockets');
    for (const { socket } of all) socket.close();
  });

  it('that is missing makes a command fail to be dispatched', async () => {
    expect(await as('lea').say('#agent-ops', '/agent status')).toEqual({
      ok: false,
      problem: '/agent failed with the error "dispatch_failed"',
    });
  });

  it('is refused while Socket Mode is off', async () => {
    await workspace.control('socket_mode', { on: false });
    const { body } = await call('apps.connections.open', {}, { token: testKeys.appToken });
    expect(body.error).toBe('forbidden_team');
  });
});
