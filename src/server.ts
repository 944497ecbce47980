import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, Stop } from './errors.ts';
import { MAX_CONNECTIONS, SERVER_OPTIONS } from './http/limits.ts';

/** What runs, as `main.ts` has it. */
export interface App {
  readonly url: string;
  /** Stops accepting, finishes what is in hand within ten seconds, closes everything. May be called twice. */
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;

export interface Opened {
  readonly server: Server;
  readonly url: string;
}

/** Opens the one port. Throws a {@link Stop} that says what to do if it is not to be had. */
export function openServer(
  listener: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Opened> {
  const server = createServer(SERVER_OPTIONS, listener);
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const why = taken
        ? `port ${port} is in use: choose another with PORT (of the demo: --port)`
        : `can't listen on ${host}:${port} (${error.code})`;
      reject(new Stop(EXIT.unavailable, why));
    });
    server.listen(port, host, () => {
      const bound = server.address() as AddressInfo;
      resolve({ server, url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${bound.port}` });
    });
  });
}

export function answers(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

/** Once, whoever asks, and no longer than a shutdown may take. */
export function onceInTime(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= Promise.race([
      close(),
      new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref()),
    ]);
    return closing;
  };
}
