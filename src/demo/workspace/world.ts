import type { AppManifest } from './app-manifest.ts';
import type { Clock } from './clock.ts';
import type { Team } from './directory.ts';
import type { Faults } from './faults.ts';
import type { ResponseUrls } from './outgoing/response-urls.ts';
import type { SocketMode } from './outgoing/socket-mode.ts';
import type { Triggers } from './outgoing/triggers.ts';
import type { TourView } from './protocol.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RequestLog } from './request-log.ts';
import type { Message, State } from './state.ts';
import type { Streams } from './streams.ts';
import type { Tokens } from './web-api/tokens.ts';

/** The credentials that the bot and the workspace share, and who refused which optional scope. */
interface Keys {
  readonly signingSecret: string;
  readonly appToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Revoked by a test, by auth.revoke or by an uninstall. */
  isRevoked: boolean;
  readonly refusedScopes: Set<string>;
  /** OAuth codes that were not exchanged yet, with their redirect_uri. */
  readonly codes: Map<string, string>;
}

/** One running workspace. */
export interface World {
  readonly team: Team;
  readonly app: AppManifest;
  readonly state: State;
  readonly clock: Clock;
  readonly keys: Keys;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly rates: RateLimits;
  readonly log: RequestLog;
  readonly streams: Streams;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly sockets: SocketMode;
  /** Oldest first, all channels. */
  readonly ephemerals: Message[];
  readonly tour: TourView | undefined;
  /** The workspace's own origin, without a slash at the end. */
  origin: string;
  /** Takes the place of the host in the manifest's request URLs. */
  botUrl: string | undefined;
  isSocketMode: boolean;
  isInstalled: boolean;
  /** Marks the state as changed; it is written soon. */
  save(): void;
}
