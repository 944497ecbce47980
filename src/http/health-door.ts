import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, json } from './answer.ts';
import type { OpenRoute } from './call.ts';
import type { HttpDoorOptions } from './door-options.ts';
import { problem, retryAfter } from './problem.ts';
import { matchRoute } from './route-table.ts';
import { send } from './send.ts';

const PATIENCE_MS = 2_000;

/** Whether it runs, and whether it is fit for work. */
export function healthRoutes(readiness: HttpDoorOptions['readiness']): OpenRoute[] {
  const alive = async () => json(200, { alive: true });
  return [
    { method: 'GET', path: '/livez', open: true, handle: alive },
    { method: 'GET', path: '/healthz', open: true, handle: alive },
    {
      method: 'GET',
      path: '/readyz',
      open: true,
      handle: async () => {
        const { ready, checks } = await readiness();
        return json(ready ? 200 : 503, { ready, checks }, ready ? {} : retryAfter(PATIENCE_MS));
      },
    },
  ];
}

/** The only door of a writer: who watches over it asks here. */
export function createHealthDoor(
  readiness: HttpDoorOptions['readiness'],
): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = healthRoutes(readiness);
  const answer = async ({ method = 'GET', url = '/' }: IncomingMessage): Promise<Answer> => {
    const match = matchRoute(routes, method, url.split('?')[0] ?? '/');
    return match.found && match.route.open ? match.route.handle(match.params) : NOTHING;
  };
  const failed = () => problem('internal', 'It can not say how it is.');
  return (request, response) => {
    void answer(request)
      .catch(failed)
      .then((each) => send(response, each));
  };
}

const NOTHING = problem('no-such-route', 'This process writes, and has no other door: ask the gate.');
