import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { HTTPReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Context } from '../context.ts';
import { groupsNamed } from '../domain/named.ts';
import { noteGroups } from '../store/groups.ts';
import { createAddresses } from './addresses.ts';
import { createHttpReceiver, openBoltApp } from './bolt-app.ts';
import { createChannels } from './channels.ts';
import { createConnection } from './connection.ts';
import { deliverAnnouncement } from './deliver-announcement.ts';
import { deliverCall } from './deliver-call.ts';
import { deliverCard } from './deliver-card.ts';
import { deliverDigest } from './deliver-digest.ts';
import { deliverDrill } from './deliver-drill.ts';
import { deliverPage } from './deliver-page.ts';
import { deliverCopy, deliverPlace } from './deliver-place.ts';
import { deliverRollback } from './deliver-rollback.ts';
import { deliverStep } from './deliver-step.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createGroups } from './groups.ts';
import { createInFlight } from './in-flight.ts';
import { createPeople, type People } from './people.ts';
import { createReception } from './receive.ts';
import { refreshMessage, refreshMessages } from './refresh-messages.ts';
import type { Identity, Posting, Session } from './session.ts';
import { createSocket } from './socket.ts';
import { createTurns } from './turns.ts';
import { CLICK_BUDGET_MS, createWeb, type WebOptions } from './web.ts';
import { createWorkingHours } from './working-hours.ts';

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
  /** Who people are whom a key of their own has proved. */
  readonly directory: Directory;
  /** By topic of the outbox. */
  readonly handlers: Readonly<
    Record<
      'card' | 'page' | 'announce' | 'rollback' | 'drill' | 'step' | 'call' | 'digest',
      (ref: string) => Promise<void>
    >
  >;
  /** Those that wait for Slack's turns, of which there are few rows that stand for much. */
  readonly paced: Readonly<Record<'place' | 'copy' | 'refresh' | 'message', (ref: string) => Promise<void>>>;
}

const READY_WITHIN_MS = 2_000;
const SETTLE_WITHIN_MS = 6_000;

export function createSlackDoor(options: SlackDoorOptions): SlackDoor {
  const { context, appToken } = options;
  const { log } = context;
  let lastOk: Date | undefined;
  const settings: WebOptions = {
    token: options.botToken,
    apiUrl: options.apiUrl,
    log,
    onAnswer: () => {
      lastOk = new Date();
    },
  };
  const quick = createWeb({ ...settings, timeoutMs: CLICK_BUDGET_MS });
  const posting = createPosting(options, settings, quick);
  const inFlight = createInFlight();
  const socket = appToken ? createSocket(appToken, settings) : undefined;
  const ready = Promise.withResolvers<HTTPReceiver>();
  let isStopping = false;
  let first: Session | undefined;

  const connection = createConnection(posting.web, log, (me) => {
    const session = { ...posting, me, people: peopleOf(context, quick, me) };
    first = session;
    if (socket) {
      openBoltApp(socket.receiver, session, settings, inFlight);
      socket.start();
      return;
    }
    const receiver = createHttpReceiver(log);
    openBoltApp(receiver, session, settings, inFlight);
    ready.resolve(receiver);
  });

  const soon = () => Promise.race([ready.promise, pause(READY_WITHIN_MS, undefined, { ref: false })]);
  const receiver = async () => (isStopping ? undefined : soon());
  const { signingSecrets } = options;

  return {
    requestListener: socket ? refuseHttp : createReception({ signingSecrets, log, receiver }),
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
    directory: createDirectory({ context, web: quick, groups: posting.groups, session: () => first }),
    handlers: {
      card: (ref) => deliverCard(posting, ref),
      page: (ref) => deliverPage(posting, ref),
      announce: (ref) => deliverAnnouncement(posting, ref),
      rollback: (ref) => deliverRollback(posting, ref),
      drill: (ref) => deliverDrill(posting, ref),
      step: (ref) => deliverStep(posting, ref),
      call: (ref) => deliverCall(posting, ref),
      digest: (ref) => deliverDigest(posting, ref),
    },
    paced: {
      place: (ref) => deliverPlace(posting, ref),
      copy: (ref) => deliverCopy(posting, ref),
      refresh: () => refreshMessages(posting),
      message: (ref) => refreshMessage(posting, ref),
    },
  };
}

/** `quick` is for what somebody waits for who has clicked. */
function createPosting(
  { context, command }: SlackDoorOptions,
  settings: WebOptions,
  quick: WebClient,
): Posting {
  const web = createWeb(settings);
  const named = new Set(groupsNamed(context.manifests));
  const groups = createGroups(quick, context.log, (members) =>
    noteGroups(
      context.database,
      Object.fromEntries(Object.entries(members).filter(([handle]) => named.has(handle))),
    ),
  );
  return {
    context,
    web,
    command,
    channels: createChannels(web),
    groups,
    addresses: createAddresses(quick, groups, context.log),
    turns: createTurns(context.database),
    hours: createWorkingHours(web, context.manifests.organisation),
  };
}

function peopleOf({ database, manifests }: Context, web: WebClient, me: Identity): People {
  const { timezone, samePerson = [] } = manifests.organisation;
  return createPeople({ web, database, homeTeam: me.teamId, timezone, samePerson });
}

/** Slack speaks over the socket: whoever posts here is somebody else. */
function refuseHttp(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end();
}
