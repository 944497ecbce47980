import type { ServerResponse } from 'node:http';
import type { StreamEvent } from './protocol.ts';

export interface Streams {
  open(person: string, response: ServerResponse): void;
  /** `personal` makes the event for one person, or nothing when it is none of theirs. */
  publish(personal: (person: string) => StreamEvent | undefined): void;
  close(): void;
}

const heartbeatMs = 15_000;

export function createStreams(): Streams {
  const open = new Map<ServerResponse, string>();
  const send = (response: ServerResponse, event: StreamEvent) =>
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  const heartbeat = setInterval(() => {
    for (const response of open.keys()) response.write(': still here\n\n');
  }, heartbeatMs).unref();

  return {
    open(person, response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      open.set(response, person);
      response.on('close', () => open.delete(response));
      send(response, { event: 'ready' });
    },
    publish(personal) {
      for (const [response, person] of open) {
        const event = personal(person);
        if (event) send(response, event);
      }
    },
    close() {
      clearInterval(heartbeat);
      for (const response of open.keys()) response.end();
    },
  };
}
