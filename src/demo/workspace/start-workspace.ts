import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readAppManifest } from './app-manifest.ts';
import { type Clock, createClock } from './clock.ts';
import { control } from './control.ts';
import type { Directory } from './directory.ts';
import { createFaults } from './faults.ts';
import { answerJson, answerText, BadRequest, type Exchange, readOwnJson } from './http-exchange.ts';
import { verifyRequestUrl } from './outgoing/events.ts';
import { createResponseUrls } from './outgoing/response-urls.ts';
import { createSocketMode } from './outgoing/socket-mode.ts';
import { createTriggers } from './outgoing/triggers.ts';
import { PAGE_POLICY, readPageFile } from './page-files.ts';
import type { TourView } from './protocol.ts';
import { createRateLimits } from './rate-limits.ts';
import { createRequestLog } from './request-log.ts';
import { serveFile, serveResponseUrl, serveUpload } from './serve-side-doors.ts';
import { serveUi } from './serve-ui.ts';
import { loadState, writeSnapshot } from './state.ts';
import { createStreams } from './streams.ts';
import { authorizePage } from './web-api/oauth.ts';
import { serveWebApi } from './web-api/serve-web-api.ts';
import { createTokens } from './web-api/tokens.ts';
import type { World } from './world.ts';

export interface WorkspaceOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Path of the app's manifest. */
  readonly manifest: string;
  readonly directory: Directory;
  readonly signingSecret: string;
  readonly botToken: string;
  readonly appToken: string;
  /** The app's origin, which replaces the host of the manifest's request URLs; may be set later. */
  readonly botUrl?: string;
  /** Socket Mode instead of request URLs; the manifest says when absent. */
  readonly socketMode?: boolean;
  /** Where the state is kept over restarts; nowhere when absent. */
  readonly stateFile?: string;
  readonly clock?: Clock;
  /** On when absent. */
  readonly rateLimits?: boolean;
  readonly tour?: TourView;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

export interface Workspace {
  /** The page's address, without a slash at the end. */
  readonly url: string;
  /** For `slackApiUrl`; ends in `/api/`. */
  readonly apiUrl: string;
  readonly clock: Clock;
  setBotUrl(origin: string): void;
  /** True once the app answered Slack's challenge. */
  verifyRequestUrl(): Promise<boolean>;
  /** A verb of the control API, in process; see control.ts. */
  control(verb: string, input?: unknown): Promise<unknown>;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

const saveAfterMs = 50;

export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const world = createWorld(options);
  const server = createServer((request, response) => void serve(world, request, response));
  server.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/link/')) world.sockets.upgrade(request, socket, head);
    else socket.destroy();
  });
  world.origin = await listen(server, options.port);
  let stopped: Promise<void> | undefined;
  return {
    url: world.origin,
    apiUrl: `${world.origin}/api/`,
    clock: world.clock,
    setBotUrl(origin) {
      world.botUrl = origin;
    },
    verifyRequestUrl: () => verifyRequestUrl(world),
    control: (verb, input = {}) => control(world, verb, input),
    stop() {
      stopped ??= stop(world, server, options);
      return stopped;
    },
  };
}

function createWorld(options: WorkspaceOptions): World {
  const clock = options.clock ?? createClock();
  const app = readAppManifest(options.manifest);
  const state = loadState(options.directory, app, clock.now(), options.stateFile);
  const streams = createStreams();
  const rates = createRateLimits(clock);
  rates.isOn = options.rateLimits ?? true;
  const world: World = {
    team: options.directory.team,
    app,
    state,
    clock,
    keys: {
      signingSecret: options.signingSecret,
      appToken: options.appToken,
      clientId: options.clientId ?? '1111111111.2222222222',
      clientSecret: options.clientSecret ?? 'local-client-secret',
      isRevoked: false,
      refusedScopes: new Set(),
      codes: new Map(),
    },
    tokens: createTokens(options.botToken, app.settings.token_rotation_enabled, clock),
    faults: createFaults(),
    rates,
    log: createRequestLog((request) => streams.publish(() => ({ event: 'request', request }))),
    streams,
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls(() => world),
    sockets: createSocketMode(() => world.origin),
    ephemerals: [],
    tour: options.tour,
    origin: '',
    botUrl: options.botUrl,
    isSocketMode: options.socketMode ?? app.settings.socket_mode_enabled,
    isInstalled: true,
    save: saver(state, options.stateFile),
  };
  return world;
}

/** Changes that come together are written together. */
function saver(state: World['state'], file: string | undefined): () => void {
  let pending: NodeJS.Timeout | undefined;
  return () => {
    if (!file || pending) return;
    pending = setTimeout(() => {
      pending = undefined;
      writeSnapshot(state, file);
    }, saveAfterMs).unref();
  };
}

/** Loopback only: whoever reaches this port is everybody in the workspace at once. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(`http://127.0.0.1:${address.port}`);
      else reject(new Error('the local workspace has no port'));
    });
  });
}

async function stop(world: World, server: Server, { stateFile }: WorkspaceOptions): Promise<void> {
  world.streams.close();
  world.sockets.stop();
  world.clock.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  if (stateFile) writeSnapshot(world.state, stateFile);
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = URL.parse(request.url ?? '/', world.origin);
    if (!url) throw new BadRequest('the path is not readable');
    if (!isOwnHost(world, request.headers.host)) throw new BadRequest('not a host of this workspace', 421);
    await route(world, { request, response, url });
  } catch (error) {
    if (error instanceof BadRequest) answerJson(response, error.status, { error: error.message });
    else {
      answerJson(response, 500, { ok: false, error: 'fatal_error' });
      process.emitWarning(error instanceof Error ? error : String(error), 'LocalWorkspace');
    }
  }
}

/** A page elsewhere that points its own host name at 127.0.0.1 is refused. */
function isOwnHost(world: World, host: string | undefined): boolean {
  const port = new URL(world.origin).port;
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

async function route(world: World, exchange: Exchange): Promise<void> {
  const path = exchange.url.pathname;
  if (path.startsWith('/api/')) return serveWebApi(world, exchange);
  if (path.startsWith('/ui/')) return serveUi(world, exchange);
  if (/^\/(commands|actions|hooks)\//.test(path)) return serveResponseUrl(world, exchange);
  if (path.startsWith('/upload/')) return serveUpload(world, exchange);
  if (path.startsWith('/files/')) return serveFile(world, exchange);
  if (path === '/oauth/v2/authorize') return authorizePage(world, exchange);
  if (path.startsWith('/__control/')) return serveControl(world, exchange);
  const linked = /^\/archives\/([A-Z0-9]+)(?:\/p\d+)?$/.exec(path)?.[1];
  if (linked) return answerText(exchange.response, 302, '', { location: `/?at=${linked}` });
  return servePage(exchange);
}

async function serveControl(world: World, exchange: Exchange): Promise<void> {
  const verb = exchange.url.pathname.slice('/__control/'.length);
  answerJson(exchange.response, 200, await control(world, verb, await readOwnJson(exchange)));
}

async function servePage({ response, url }: Exchange): Promise<void> {
  const file = await readPageFile(url.pathname);
  if (!file) throw new BadRequest(`there is no ${url.pathname}`, 404);
  answerText(response, 200, file.body, {
    'content-type': file.type,
    'cache-control': 'no-store',
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'no-referrer',
  });
}
