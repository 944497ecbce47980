import type { IncomingHttpHeaders } from 'node:http';
import type { Act } from '../domain/authorize.ts';
import type { Agent } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Collector } from '../lifecycle/collect.ts';
import type { Answer } from './answer.ts';

/** A request of which the door knows who sent it. */
export interface Call {
  readonly agent: Agent;
  /** See {@link import('./authenticate.ts').Proof}. */
  readonly signedId: string | undefined;
  /** The parts of the path that the route leaves open, by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the caller has gone, or this process is stopping: nobody waits any longer. */
  readonly gone: AbortSignal;
}

export type Method = 'GET' | 'POST';

interface Addressed {
  readonly method: Method;
  /** `{name}` leaves one part open. */
  readonly path: string;
}

/** One that only agents may call. */
export interface AgentRoute extends Addressed {
  readonly by?: never;
  readonly open?: false;
  handle(call: Call): Promise<Answer>;
}

/** One that anybody may call; its body is not read. */
export interface OpenRoute extends Addressed {
  readonly open: true;
  handle(params: Readonly<Record<string, string>>): Promise<Answer>;
}

/** A request that a system proved to be its own. */
export interface SystemCall extends Pick<Call, 'params' | 'query' | 'headers' | 'body'> {
  readonly collector: Collector;
}

/** One that only the system of its path may call, with its own token. */
export interface SystemRoute extends Addressed {
  readonly by: 'system';
  readonly open?: false;
  handle(call: SystemCall): Promise<Answer>;
}

/** A request that a person proved to be theirs, with the key of their CLI. */
export interface PersonCall extends Pick<Call, 'params' | 'query' | 'headers' | 'body'> {
  readonly person: Person;
  /** Who is in the groups that the act depends on, as of now. */
  groupsFor(act: Act): Promise<Groups>;
}

/** One that only people may call, each with a key of their own. */
export interface PersonRoute extends Addressed {
  readonly by: 'person';
  readonly open?: false;
  handle(call: PersonCall): Promise<Answer>;
}

export type Route = AgentRoute | SystemRoute | PersonRoute | OpenRoute;
