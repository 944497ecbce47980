import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPReceiver } from '@slack/bolt';
import type { Logger } from '../logger.ts';
import { createGuard, mediaType } from './guard.ts';

const BODY_LIMIT = 1024 * 1024;

class TooLarge extends Error {}

export interface Reception {
  readonly signingSecrets: readonly string[];
  readonly log: Logger;
  /** Who takes a request that passed; undefined: we do not know who we are yet, or are stopping. Waits a moment for the first. */
  receiver(): Promise<HTTPReceiver | undefined>;
}

/** `POST /slack/events` on our own server: everything is judged here before Bolt sees it. */
export function createReception({ signingSecrets, log, receiver }: Reception) {
  const guard = createGuard({ secrets: signingSecrets });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return answer(response, 405, { allow: 'POST' });
    const body = await readBody(request);
    const verdict = guard.check(request.headers, body);
    switch (verdict.outcome) {
      case 'refused':
        log.warn({ why: verdict.why }, 'slack.request_refused');
        return answer(response, verdict.status);
      case 'repeated':
        log.warn({}, 'slack.request_repeated');
        return answer(response, 200);
      case 'ssl_check':
        return answer(response, 200);
      case 'pass':
        return pass(request, response, body);
    }
  }

  async function pass(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const ready = await receiver();
    if (!ready) return answer(response, 503, { 'retry-after': '5' });
    request.headers['content-type'] = mediaType(request.headers);
    ready.requestListener(Object.assign(request, { rawBody: body }), response);
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    receive(request, response).catch((error: unknown) => {
      if (!response.headersSent)
        answer(response, error instanceof TooLarge ? 413 : 400, { connection: 'close' });
    });
  };
}

function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, headers);
  response.end();
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > BODY_LIMIT) throw new TooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
