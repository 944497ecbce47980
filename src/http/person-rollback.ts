import { authorize } from '../domain/authorize.ts';
import type { JsonObject } from '../domain/json.ts';
import { amountOf } from '../domain/money.ts';
import type { Rollback, RollbackItem } from '../domain/rollback.ts';
import { parseRollback } from '../domain/rollback-words.ts';
import { confirmRollback } from '../lifecycle/confirm-rollback.ts';
import { planRollback } from '../lifecycle/plan-rollback.ts';
import { readClock } from '../store/clock.ts';
import { findRollback } from '../store/rollbacks.ts';
import { type Answer, json } from './answer.ts';
import type { PersonCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { confirmBody, planBody, readSaid, rollbackBody } from './person-body.ts';
import { problem } from './problem.ts';

const ACT = { kind: 'rollback' } as const;

/** `POST /v1/cli/rollback`: ends in `planRollback`. Nothing is undone by it. */
export async function postRollback({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(rollbackBody, call);
  if (!said.ok) return said.refusal;
  const { person } = call;
  const asked = parseRollback(said.value.what.replace(/\s+/g, ' '), {
    now: await readClock(context.database),
    timezone: person.timezone,
  });
  if ('problem' in asked) return problem('bad-request', asked.problem);
  const result = await planRollback(context, { ...asked, person, groups: await call.groupsFor(ACT) });
  return result.outcome === 'refused'
    ? problem('refused', result.because)
    : json(200, viewOf(result.rollback));
}

/** `POST /v1/cli/rollback/show`: reads. */
export async function postRollbackShow({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(planBody, call);
  if (!said.ok) return said.refusal;
  const permission = authorize(ACT, call.person, context.manifests, await call.groupsFor(ACT));
  if (!permission.allowed) return problem('refused', permission.because);
  const found = await findRollback(context.database, said.value.plan);
  return found ? json(200, viewOf(found)) : problem('no-such-plan', 'There is no rollback of this id.');
}

/** `POST /v1/cli/rollback/confirm`: ends in `confirmRollback`, for another operator than who asked. */
export async function postRollbackConfirm({ context }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(confirmBody, call);
  if (!said.ok) return said.refusal;
  const { plan: id, digest } = said.value;
  const groups = await call.groupsFor(ACT);
  const result = await confirmRollback(context, { id, digest, person: call.person, groups });
  return result.outcome === 'refused'
    ? problem('refused', result.because)
    : json(200, viewOf(result.rollback));
}

function viewOf(rollback: Rollback): JsonObject {
  const { id, number, scope, since, digest, state, askedBy, confirmedBy, items } = rollback;
  return {
    ...{ id, number, digest, state, switches_off: rollback.switch },
    scope: { kind: scope.kind, subject: scope.subject },
    since: since?.toISOString() ?? null,
    asked_by: askedBy.name,
    confirmed_by: confirmedBy?.name ?? null,
    finished_at: rollback.finishedAt?.toISOString() ?? null,
    paused: rollback.paused,
    items: items.map(itemView),
  };
}

function itemView({
  number,
  system,
  account,
  summary,
  impact,
  byHuman,
  class: kind,
  why,
  state,
}: RollbackItem): JsonObject {
  return {
    ...{ number, system, account, summary, class: kind, why, state, approved_by_human: byHuman },
    impact: impact && { amount: amountOf(impact), currency: impact.currency },
  };
}
