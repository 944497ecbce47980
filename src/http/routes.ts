import { actionViews } from './action-view.ts';
import { json } from './answer.ts';
import { postAnswer } from './answer-route.ts';
import type { AgentRoute, OpenRoute, Route } from './call.ts';
import { docsRoutes } from './docs-routes.ts';
import type { HttpDoorOptions } from './door-options.ts';
import { healthRoutes } from './health-door.ts';
import { personRoutes } from './person-routes.ts';
import { getProposal, getProposals, postWithdraw } from './proposal-routes.ts';
import { postProposal } from './propose-route.ts';
import { queueRoutes } from './queue-routes.ts';
import { getKeys, getReceipt } from './receipt-route.ts';

export const AWAY_PATIENCE_MS = 2_000;

/** Everything that this door answers, but for what the wiring adds. */
export function routesOf(options: HttpDoorOptions): Route[] {
  return [...agentRoutes(options), ...queueRoutes(options), ...personRoutes(options), ...openRoutes(options)];
}

function agentRoutes(options: HttpDoorOptions): AgentRoute[] {
  const { manifests } = options.context;
  return [
    { method: 'POST', path: '/v1/proposals', handle: (call) => postProposal(options, call) },
    { method: 'GET', path: '/v1/proposals', handle: (call) => getProposals(options, call) },
    { method: 'GET', path: '/v1/proposals/{id}', handle: (call) => getProposal(options, call) },
    { method: 'POST', path: '/v1/proposals/{id}/withdraw', handle: (call) => postWithdraw(options, call) },
    {
      method: 'POST',
      path: '/v1/proposals/{id}/questions/{qid}/answer',
      handle: (call) => postAnswer(options, call),
    },
    { method: 'GET', path: '/v1/proposals/{id}/receipt', handle: (call) => getReceipt(options, call) },
    {
      method: 'GET',
      path: '/v1/actions',
      handle: async ({ agent }) => json(200, { actions: actionViews(manifests, agent) }),
    },
    {
      method: 'POST',
      path: '/mcp',
      // Loaded at the first call: its library takes a tenth of the start.
      handle: async (call) => (await import('./mcp-route.ts')).postMcp(options, call),
    },
  ];
}

function openRoutes(options: HttpDoorOptions): OpenRoute[] {
  return [
    { method: 'GET', path: '/.well-known/jwks.json', open: true, handle: () => getKeys(options) },
    ...docsRoutes(options.publicUrl),
    ...healthRoutes(options.readiness),
  ];
}
