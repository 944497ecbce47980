import type { PersonRoute } from './call.ts';
import type { Desk } from './door-options.ts';
import { postDrill, postDrilled } from './person-drill.ts';
import { postPending, postShow, postStatus } from './person-reads.ts';
import { postResolve } from './person-resolve.ts';
import { postRollback, postRollbackConfirm, postRollbackShow } from './person-rollback.ts';
import { postDisable, postEnable } from './person-switches.ts';

/**
 * What people do through the CLI, also while Slack is down: the same verbs behind the same authorizer as its commands. All are POST,
 * since a body is what a person said.
 */
export function personRoutes(desk: Desk): PersonRoute[] {
  return [
    { by: 'person', method: 'POST', path: '/v1/cli/disable', handle: (call) => postDisable(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/enable', handle: (call) => postEnable(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/status', handle: (call) => postStatus(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/pending', handle: (call) => postPending(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/show', handle: (call) => postShow(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/drill', handle: (call) => postDrill(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/drilled', handle: (call) => postDrilled(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/resolve', handle: (call) => postResolve(desk, call) },
    { by: 'person', method: 'POST', path: '/v1/cli/rollback', handle: (call) => postRollback(desk, call) },
    {
      by: 'person',
      method: 'POST',
      path: '/v1/cli/rollback/show',
      handle: (call) => postRollbackShow(desk, call),
    },
    {
      by: 'person',
      method: 'POST',
      path: '/v1/cli/rollback/confirm',
      handle: (call) => postRollbackConfirm(desk, call),
    },
  ];
}
