import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is written to: it knows every key, and how many came twice. */
export interface Ledger {
  readonly url: string;
  readonly written: number;
  /** Keys that were written more than once. */
  readonly doubled: number;
  stop(): void;
}

export async function startLedger(): Promise<Ledger> {
  const keys = new Set<string>();
  let doubled = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const key = String(request.headers['idempotency-key']);
      if (keys.has(key)) doubled += 1;
      keys.add(key);
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(`{"id":"cr_${keys.size}","state":"posted"}`);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get written() {
      return keys.size;
    },
    get doubled() {
      return doubled;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
