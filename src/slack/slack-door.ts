import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { App, HTTPReceiver } from '@slack/bolt';
import type { Context } from '../context.ts';
import { createChannels } from './channels.ts';
import { createConnection } from './connection.ts';
import { deliverAnnouncement } from './deliver-announcement.ts';
import { deliverCard } from './deliver-card.ts';
import { deliverPage } from './deliver-page.ts';
import { createGroups } from './groups.ts';
import { createInFlight } from './in-flight.ts';
import { libraryLogger } from './library-logger.ts';
import { registerListeners } from './listeners/register-listeners.ts';
import { createPeople } from './people.ts';
import { createReception } from './receive.ts';
import type { Identity, Posting } from './session.ts';
import { createSocket } from './socket.ts';
import { createTurns } from './turns.ts';
import { CLICK_BUDGET_MS, createWeb, webOptions } from './web.ts';

export interface SlackDoorOptions {
  readonly context: Context;
  readonly botToken: string;
  /** Several while one is rotated; none in Socket Mode. */
  readonly signingSecrets: readonly string[];
  /** Set: Socket Mode. */
  readonly appToken?: string | undefined;
  /** The Web API's base; Slack's own when undefined. */
  readonly apiUrl?: string | undefined;
  readonly command: string;
}

export interface SlackHealth {
  /** Slack knows us, and in Socket Mode the socket is open. */
  readonly connected: boolean;
  readonly mode: 'http' | 'socket';
  /** When Slack last answered anything. */
  readonly lastOk: string | null;
  /** What an operator has to see to; null: nothing. */
  readonly problem: string | null;
}

export interface SlackDoor {
  /** For `POST /slack/events`. */
  requestListener(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves after the first try; while Slack is away it goes on trying by itself, and never throws for that. */
  start(): Promise<void>;
  /** Takes nothing new and waits for what is in hand, some seconds at most. */
  stop(): Promise<void>;
  health(): SlackHealth;
  /** By topic of the outbox. */
  readonly handlers: Readonly<Record<'card' | 'page' | 'announce', (ref: string) => Promise<void>>>;
}

const READY_WITHIN_MS = 2_000;
const SETTLE_WITHIN_MS = 6_000;

export function createSlackDoor(options: SlackDoorOptions): SlackDoor {
  const { context, appToken, command } = options;
  const { log } = context;
  let lastOk: Date | undefined;
  const webSettings = {
    token: options.botToken,
    apiUrl: options.apiUrl,
    log,
    onAnswer: () => {
      lastOk = new Date();
    },
  };
  const web = createWeb(webSettings);
  const quick = createWeb({ ...webSettings, timeoutMs: CLICK_BUDGET_MS });
  const posting: Posting = {
    context,
    web,
    channels: createChannels(web),
    groups: createGroups(quick, log),
    turns: createTurns(context.database),
    command,
  };
  const inFlight = createInFlight();
  const socket = appToken ? createSocket(appToken, webSettings) : undefined;
  const ready = Promise.withResolvers<HTTPReceiver>();
  let isStopping = false;

  const connection = createConnection(web, log, (me) => {
    if (socket) {
      openApp(socket.receiver, me);
      socket.start();
      return;
    }
    const receiver = createHttpReceiver();
    openApp(receiver, me);
    ready.resolve(receiver);
  });

  function createHttpReceiver(): HTTPReceiver {
    return new HTTPReceiver({
      signingSecret: '',
      // Judged before it, since it knows one secret only and neither skew nor repetition.
      signatureVerification: false,
      endpoints: '/slack/events',
      logger: libraryLogger(log),
    });
  }

  function openApp(receiver: HTTPReceiver | NonNullable<typeof socket>['receiver'], me: Identity): void {
    const app = new App({
      receiver,
      token: options.botToken,
      botId: me.botId,
      botUserId: me.botUserId,
      // Its own auth.test is asked once, and a failure of it is kept for ever.
      tokenVerificationEnabled: false,
      convoStore: false,
      clientOptions: webOptions(webSettings),
      logger: libraryLogger(log),
    });
    const people = createPeople({
      web: quick,
      database: context.database,
      homeTeam: me.teamId,
      timezone: context.manifests.organisation.timezone,
    });
    app.use(({ next }) => inFlight.track(next()));
    registerListeners(app, { ...posting, me, people });
  }

  const reception = socket
    ? refuseHttp
    : createReception({
        signingSecrets: options.signingSecrets,
        log,
        receiver: async () => {
          if (isStopping) return undefined;
          return Promise.race([ready.promise, pause(READY_WITHIN_MS, undefined, { ref: false })]);
        },
      });

  return {
    requestListener: reception,
    start: () => connection.start(),
    async stop() {
      isStopping = true;
      connection.stop();
      await Promise.race([socket?.stop(), pause(SETTLE_WITHIN_MS, undefined, { ref: false })]);
      await inFlight.settle(SETTLE_WITHIN_MS);
    },
    health: () => ({
      connected: connection.problem === null && (socket?.connected ?? true),
      mode: socket ? 'socket' : 'http',
      lastOk: lastOk?.toISOString() ?? null,
      problem: connection.problem,
    }),
    handlers: {
      card: (ref) => deliverCard(posting, ref),
      page: (ref) => deliverPage(posting, ref),
      announce: (ref) => deliverAnnouncement(posting, ref),
    },
  };
}

/** Slack speaks over the socket: whoever posts here is somebody else. */
function refuseHttp(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end();
}
