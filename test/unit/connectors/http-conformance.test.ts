import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe } from 'vitest';
import { type Behaviour, describesConnector, type Scene } from '../../support/connector-conformance.ts';
import { asRefund, httpSystem, look, refund, SECRET } from '../../support/http-system.ts';
import { closedPort, startHttp } from '../../support/loopback.ts';

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

const answering: Partial<Record<Behaviour, Answering>> = {
  works: (_, response) => response.end('{"id":"re_1"}'),
  silent: () => {},
  hangs_up: (request) => request.socket.resetAndDestroy(),
  floods: (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
  drips: (_, response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  babbles: (_, response) => response.end('<html>Sign in'),
  reflects: ({ headers }, response) =>
    response.end(JSON.stringify({ [`key ${SECRET}`]: [headers.authorization, { deep: SECRET + SECRET }] })),
};

async function open(answer: Answering, timeoutMs: number): Promise<Scene> {
  const received: (string | undefined)[] = [];
  const system = await startHttp((request, response) => {
    request.resume().on('end', () => {
      received.push(request.headers['idempotency-key']?.toString());
      answer(request, response);
    });
  });
  return {
    ...{ look, write: refund, scope: asRefund.scope, otherScope: 'other', secret: SECRET },
    connector: httpSystem({ baseUrl: system.url, timeoutMs }),
    received: () => received,
    close: system.close,
  };
}

describe('call a system over HTTP', () => {
  const opens = Object.entries(answering).map(([behaviour, answer]) => [
    behaviour,
    (timeoutMs: number) => open(answer, timeoutMs),
  ]);
  describesConnector({
    open: {
      ...Object.fromEntries(opens),
      away: async (timeoutMs: number) => ({
        ...{ look, write: refund, scope: asRefund.scope, otherScope: 'other', secret: SECRET },
        connector: httpSystem({ baseUrl: `http://127.0.0.1:${await closedPort()}`, timeoutMs }),
        received: () => [],
        close: async () => {},
      }),
    },
  });
});
