import { setTimeout as pause } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import { backoffMs } from '../domain/handoff.ts';
import { loggable } from '../logger.ts';
import { libraryLogger } from './library-logger.ts';
import { type WebOptions, webOptions } from './web.ts';

export interface Socket {
  readonly receiver: SocketModeReceiver;
  readonly connected: boolean;
  start(): void;
  stop(): Promise<void>;
}

const HELLO_WITHIN_MS = 15_000;

/**
 * Socket Mode, kept open by us: the library's own reconnecting waits for seconds after each of Slack's refreshes, and its
 * rejection while Slack is away ends the process. No routes are given to it, since with any it opens a port of its own.
 */
export function createSocket(appToken: string, options: WebOptions): Socket {
  const { log } = options;
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: libraryLogger(log),
    installerOptions: { clientOptions: webOptions(options) },
  });
  const { client } = receiver;
  const stopping = new AbortController();
  let connected = false;
  let running: Promise<void> | undefined;

  /** Resolves when the connection is over. */
  async function connectOnce(): Promise<void> {
    const over = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
    const late = setTimeout(() => void client.disconnect(), HELLO_WITHIN_MS);
    try {
      await client.start();
      connected = true;
      log.info({}, 'slack.socket_connected');
    } finally {
      clearTimeout(late);
    }
    await over;
  }

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        await connectOnce();
        failures = -1;
      } catch (error) {
        log.warn({ failures, err: loggable(error) }, 'slack.socket_failed');
        await pause(Math.min(15_000, backoffMs(failures, Math.random())), undefined, {
          signal: stopping.signal,
        }).catch(() => {});
      } finally {
        connected = false;
      }
    }
  }

  return {
    receiver,
    get connected() {
      return connected;
    },
    start() {
      running ??= keepConnected();
    },
    async stop() {
      stopping.abort();
      void client.disconnect();
      await running;
      void client.disconnect(); // A connection that was still being opened.
    },
  };
}
