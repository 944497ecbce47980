import type { IncomingMessage, ServerResponse } from 'node:http';
import { loggable } from '../logger.ts';
import { DatabaseAway } from '../store/database.ts';
import { readAgentKeys } from './agent-keys.ts';
import type { Answer } from './answer.ts';
import { createCallReader } from './call-reader.ts';
import type { HttpDoorOptions } from './door-options.ts';
import { createPersonCallReader } from './person-keys.ts';
import { problem, retryAfter } from './problem.ts';
import { matchRoute } from './route-table.ts';
import { AWAY_PATIENCE_MS, routesOf } from './routes.ts';
import { send } from './send.ts';
import { createSystemCallReader } from './system-keys.ts';

export interface HttpDoor {
  /** Answers every request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends every long wait: its caller gets the proposal as it is. */
  stop(): void;
}

/** The agents' door: the listener of our one HTTP server. Throws a `Stop` for an agent's key that can't be used. */
export function createHttpDoor(options: HttpDoorOptions): HttpDoor {
  const { context } = options;
  const routes = [...routesOf(options), ...(options.routes ?? [])];
  const stopping = new AbortController();
  const { manifests } = context;
  const agentKeys = readAgentKeys(manifests, options.secretOf);
  const readCall = createCallReader(agentKeys, options.trustedProxies, stopping.signal);
  const readSystemCall = createSystemCallReader(manifests, options.secretOf);
  const readPersonCall = createPersonCallReader(manifests, options.secretOf, agentKeys, options.directory);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const [path = '/', ...rest] = (request.url ?? '/').split('?');
    const match = matchRoute(routes, request.method ?? 'GET', path);
    if (!match.found) return match.refusal;
    if (match.route.open) return match.route.handle(match.params);
    if (match.route.by === 'system') {
      const call = await readSystemCall(request, match.params, rest.join('?'));
      return call.ok ? match.route.handle(call.value) : call.refusal;
    }
    if (match.route.by === 'person') {
      const call = await readPersonCall(request, match.params, rest.join('?'));
      return call.ok ? match.route.handle(call.value) : call.refusal;
    }
    const call = await readCall(request, response, match.params, rest.join('?'));
    return call.ok ? match.route.handle(call.value) : call.refusal;
  }

  return {
    stop: () => stopping.abort(),
    handle: async (request, response) => {
      try {
        send(response, await answer(request, response));
      } catch (error) {
        if (!request.complete && request.destroyed) return; // The sender left in the middle of it.
        send(response, brokenWorld(error, options));
      }
    },
  };
}

function brokenWorld(error: unknown, { context }: HttpDoorOptions): Answer {
  if (error instanceof DatabaseAway) {
    context.log.warn({ err: loggable(error) }, 'http.database_away');
    const detail =
      'It can not be reached or did not answer in time. Try again: under the same idempotency key that never makes a second proposal.';
    return problem('database-away', detail, {}, retryAfter(AWAY_PATIENCE_MS));
  }
  context.log.error({ err: loggable(error) }, 'http.failed');
  return problem(
    'internal',
    'This is our fault, and it is in our log. Try again later with the same idempotency key.',
  );
}
