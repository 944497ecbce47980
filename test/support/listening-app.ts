import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface HeardRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The payload of interactivity, the body of an event, the fields of a command. */
  readonly payload: Record<string, unknown>;
}

export interface ListeningApp {
  readonly url: string;
  readonly heard: readonly HeardRequest[];
  /** How the next requests are answered; empty 200 until told. */
  answerWith(answer: (request: HeardRequest, response: ServerResponse) => void): void;
  /** The first request that `fits`, already heard or not yet. */
  next(fits?: (request: HeardRequest) => boolean): Promise<HeardRequest>;
  stop(): Promise<void>;
}

function payloadOf(body: string, contentType = ''): Record<string, unknown> {
  if (contentType.startsWith('application/json')) return JSON.parse(body);
  const fields = Object.fromEntries(new URLSearchParams(body));
  return fields.payload === undefined ? fields : JSON.parse(fields.payload);
}

/** An app that only listens: it keeps each request of the workspace as it came. */
export async function startListeningApp(): Promise<ListeningApp> {
  const heard: HeardRequest[] = [];
  const waiting: (() => void)[] = [];
  let answer: (request: HeardRequest, response: ServerResponse) => void = (_, response) => response.end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => response.destroy());
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const one = {
        headers: request.headers,
        body,
        payload: payloadOf(body, request.headers['content-type']),
      };
      heard.push(one);
      answer(one, response);
      for (const look of waiting.splice(0)) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    answerWith(next) {
      answer = next;
    },
    async next(fits = () => true) {
      for (;;) {
        const found = heard.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
