import type { IncomingMessage, ServerResponse } from 'node:http';
import { loggable } from '../logger.ts';
import { DatabaseAway } from '../store/database.ts';
import { actionViews } from './action-view.ts';
import { readAgentKeys } from './agent-keys.ts';
import { type Answer, json } from './answer.ts';
import { postAnswer } from './answer-route.ts';
import type { Call, Route } from './call.ts';
import { createCallReader } from './call-reader.ts';
import type { HttpDoorOptions } from './door-options.ts';
import { problem, retryAfter } from './problem.ts';
import { getProposal, getProposals, postWithdraw } from './proposal-routes.ts';
import { postProposal } from './propose-route.ts';
import { queueRoutes } from './queue-routes.ts';
import { getKeys, getReceipt } from './receipt-route.ts';
import { matchRoute } from './route-table.ts';
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
  const routes = [...ownRoutes(options), ...queueRoutes(options), ...(options.routes ?? [])];
  const stopping = new AbortController();
  const readCall = createCallReader(
    readAgentKeys(context.manifests, options.secretOf),
    options.trustedProxies,
    stopping.signal,
  );

  const readSystemCall = createSystemCallReader(context.manifests, options.secretOf);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const [path = '/', ...rest] = (request.url ?? '/').split('?');
    const match = matchRoute(routes, request.method ?? 'GET', path);
    if (!match.found) return match.refusal;
    if (match.route.open) return match.route.handle();
    if (match.route.by === 'system') {
      const call = await readSystemCall(request, match.params, rest.join('?'));
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

function ownRoutes(options: HttpDoorOptions): Route[] {
  const { context, readiness } = options;
  const alive = async () => json(200, { alive: true });
  return [
    { method: 'POST', path: '/v1/proposals', handle: (call: Call) => postProposal(options, call) },
    { method: 'GET', path: '/v1/proposals', handle: (call: Call) => getProposals(options, call) },
    { method: 'GET', path: '/v1/proposals/{id}', handle: (call: Call) => getProposal(options, call) },
    {
      method: 'POST',
      path: '/v1/proposals/{id}/withdraw',
      handle: (call: Call) => postWithdraw(options, call),
    },
    {
      method: 'POST',
      path: '/v1/proposals/{id}/questions/{qid}/answer',
      handle: (call: Call) => postAnswer(options, call),
    },
    {
      method: 'GET',
      path: '/v1/proposals/{id}/receipt',
      handle: (call: Call) => getReceipt(options, call),
    },
    { method: 'GET', path: '/.well-known/jwks.json', open: true, handle: () => getKeys(options) },
    {
      method: 'GET',
      path: '/v1/actions',
      handle: async ({ agent }: Call) => json(200, { actions: actionViews(context.manifests, agent) }),
    },
    { method: 'GET', path: '/livez', open: true, handle: alive },
    { method: 'GET', path: '/healthz', open: true, handle: alive },
    {
      method: 'GET',
      path: '/readyz',
      open: true,
      handle: async () => {
        const { ready, checks } = await readiness();
        return json(ready ? 200 : 503, { ready, checks }, ready ? {} : retryAfter(AWAY_PATIENCE_MS));
      },
    },
  ];
}

const AWAY_PATIENCE_MS = 2_000;

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
