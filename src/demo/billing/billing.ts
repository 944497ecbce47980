import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answerCall, header, maxBodyBytes } from './answer-call.ts';
import { type Answer, type Call, openBooks, type SeedAccount } from './books.ts';
import { createFaults, type Fault, type FaultScope } from './faults.ts';

export type Billing = {
  url: string;
  /** Every request that ever arrived, oldest first. */
  ledger(): Promise<Call[]>;
  /** Accounts that are there already stay as they are. */
  seed(accounts: readonly SeedAccount[]): Promise<void>;
  faults: {
    inject(fault: Fault, scope?: FaultScope): void;
    /** Connecting fails, and the open connections are cut, until `clear`. */
    refuseConnections(): Promise<void>;
    clear(): Promise<void>;
  };
  /** From now on it writes nothing without a receipt that one of these keys has signed. */
  demandReceipts(jwksUrl: string): void;
  stop(): Promise<void>;
};

/** A billing system as a company has one: it knows nothing of who asks, only its token. */
export async function startBilling(options: {
  databaseUrl: string;
  token: string;
  port?: number;
  /** Its books can be set back to their first day. */
  isSandbox?: boolean;
}): Promise<Billing> {
  const { token, isSandbox = false } = options;
  let jwks: string | undefined;
  const books = await openBooks(options.databaseUrl);
  const faults = createFaults();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent)
        send(response, { status: 500, body: { error: 'Billing cannot answer this' } });
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://billing');
    const body = await readBody(request);
    const call = await books.record({ ...describeCall(request), body: body ?? '' });
    const met = faults.take(`${request.method} ${url.pathname}`);
    for (const fault of met) if ('latencyMs' in fault) await delay(fault.latencyMs);
    const answer =
      interference(met, 'before') ??
      (await answerCall(books, request, url, body, { token, jwks, isSandbox }));
    const final = interference(met, 'after') ?? answer;
    if (final === 'hang') return;
    if (final === 'drop') return void request.socket.resetAndDestroy();
    await books.recordStatus(call, final.status);
    send(response, final);
  };
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await books.close();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    ledger: () => books.listCalls(),
    seed: (accounts) => books.seed(accounts),
    faults: {
      inject: (fault, scope) => faults.inject(fault, scope),
      refuseConnections: () => close(server),
      clear: async () => {
        faults.clear();
        if (!server.listening) await listen(server, port);
      },
    },
    demandReceipts: (jwksUrl) => {
      jwks = jwksUrl;
    },
    stop: async () => {
      await close(server);
      await books.close();
    },
  };
}

type Ending = (Answer & { retryAfterSeconds?: number }) | 'hang' | 'drop';

function interference(faults: readonly Fault[], when: 'before' | 'after'): Ending | undefined {
  for (const fault of faults) {
    if ('latencyMs' in fault || fault.when !== when) continue;
    if (typeof fault.answer === 'string') return fault.answer;
    return { ...fault.answer, body: { error: 'Injected fault' } };
  }
  return undefined;
}

function describeCall(request: IncomingMessage) {
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    idempotencyKey: header(request, 'idempotency-key'),
    receipt: header(request, 'countersign-receipt'),
  };
}

/** Undefined: too long. It is read to its end, so that the answer can still be given on this connection. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  return bytes > maxBodyBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: Answer & { retryAfterSeconds?: number }): void {
  const retry = answer.retryAfterSeconds;
  response
    .writeHead(answer.status, {
      'content-type': 'application/json',
      ...(retry === undefined ? {} : { 'retry-after': String(retry) }),
    })
    .end(JSON.stringify(answer.body));
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
