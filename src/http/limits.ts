import type { ServerOptions } from 'node:http';

/** Everything that comes in is bounded; each of these has a test at the limit and one beyond. */
export const LIMITS = {
  bodyBytes: 64 * 1_024,
  jsonDepth: 16,
  reasonCharacters: 10_000,
  evidence: 10,
  evidenceTitleCharacters: 200,
  urlCharacters: 2_000,
  metadata: 16,
  metadataNameCharacters: 64,
  metadataCharacters: 256,
  keyCharacters: 255,
  waitSeconds: 60,
  listed: 100,
  eventIdCharacters: 200,
  eventSourceCharacters: 500,
  /** Why a system says that it failed. */
  failureCharacters: 1_000,
  signatures: 8,
  /** How far a signature's time may be off, both ways. */
  signatureAgeSeconds: 300,
} as const;

/**
 * How long a request may take to arrive, for `createServer`: answers may take longer, so a long wait is never cut. Node looks for
 * late ones only every 30 s by default, whatever the times say.
 */
export const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1_024,
};

/** For `server.maxConnections`: more are closed at once. */
export const MAX_CONNECTIONS = 2_000;
