import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { isObject, type JsonObject, parseJson, stringIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { Json } from '../protocol.ts';
import { appId } from '../state.ts';

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: JsonObject;
  readonly accepts_response_payload: boolean;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
}

export interface SocketMode {
  /** A single-use address for one connection. */
  ticket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The payload of the acknowledgement, whenever it comes; undefined when nobody is connected. */
  send(envelope: Envelope): Promise<Json> | undefined;
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void;
  connections(): number;
  stop(): void;
}

const pingMs = 5_000;
const closingMs = 1_000;
const debugInfo = { host: 'applink-local-1', build_number: 10, approximate_connection_time: 18_060 };

export function createSocketMode(origin: () => string): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connected: WebSocket[] = [];
  const waiting = new Map<string, (payload: Json) => void>();
  let turn = 0;
  const pings = setInterval(() => {
    for (const socket of connected) socket.ping('Ping from applink-local-1');
  }, pingMs).unref();

  function accept(socket: WebSocket): void {
    if (connected.length >= limits.socketConnections) {
      socket.send(disconnectFrame('too_many_websockets'));
      socket.close();
      return;
    }
    connected.push(socket);
    socket.on('close', () => connected.splice(connected.indexOf(socket), 1));
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => acknowledge(data));
    const hello = {
      type: 'hello',
      num_connections: connected.length,
      debug_info: debugInfo,
      connection_info: { app_id: appId },
    };
    socket.send(JSON.stringify(hello));
  }

  function acknowledge(frame: RawData): void {
    const ack = Buffer.isBuffer(frame) ? parseJson(frame.toString()) : undefined;
    if (!isObject(ack)) return;
    const id = stringIn(ack.envelope_id);
    waiting.get(id)?.(ack.payload ?? {});
    waiting.delete(id);
  }

  function disconnectFrame(reason: string): string {
    return JSON.stringify({ type: 'disconnect', reason, debug_info: { host: debugInfo.host } });
  }

  return {
    ticket() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `${origin().replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', origin()).searchParams.get('ticket') ?? '';
      if (!tickets.delete(ticket)) {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, accept);
    },
    send(envelope) {
      const open = connected.filter((socket) => socket.readyState === WebSocket.OPEN);
      const socket = open[turn++ % Math.max(1, open.length)];
      if (!socket) return undefined;
      const id = randomUUID();
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ envelope_id: id, ...envelope }));
      });
    },
    disconnect(reason) {
      for (const socket of [...connected]) {
        socket.send(disconnectFrame(reason));
        if (reason !== 'warning') socket.close();
      }
    },
    connections: () => connected.length,
    stop() {
      clearInterval(pings);
      for (const socket of [...connected]) {
        socket.close(1001);
        setTimeout(() => socket.terminate(), closingMs).unref();
      }
      server.close();
    },
  };
}
