import { setTimeout as wait } from 'node:timers/promises';
import { holds, type Scope } from '../domain/expression.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { Find } from '../domain/manifest.ts';
import type { Attempt } from './attempt.ts';
import { askLeave } from './pace.ts';
import { renderRequest } from './record.ts';

export type Found =
  | { readonly answer: 'happened'; readonly record: JsonObject }
  | { readonly answer: 'absent' | 'unclear' | 'away' };

/** Absent counts only when it is so twice, `settle` apart: a write may still be on its way. */
export async function askWhetherItHappened(attempt: Attempt, find: Find): Promise<Found> {
  const first = await askOnce(attempt, find);
  if (first.answer !== 'absent') return first;
  await wait(find.settleMs);
  return askOnce(attempt, find);
}

export async function askOnce(
  { context, offered, connector, proposal, execution }: Omit<Attempt, 'claim' | 'envelope'>,
  find: Find,
): Promise<Found> {
  await askLeave(context, offered.system, 1);
  const { input, account } = proposal;
  const scope: Scope = {
    input,
    account,
    before: execution.before ?? proposal.before,
    idempotency_key: execution.id,
  };
  const answer = await connector.read(renderRequest(find.request, scope));
  if (answer.kind !== 'answered' || answer.status === 429 || answer.status >= 500) return { answer: 'away' };
  const seen: Scope = { ...scope, status: answer.status, result: answer.body };
  if (isTrue(find.happened, seen))
    return { answer: 'happened', record: isObject(answer.body) ? answer.body : {} };
  return { answer: isTrue(find.absent, seen) ? 'absent' : 'unclear' };
}

function isTrue(expression: string, scope: Scope): boolean {
  try {
    return holds(expression, scope);
  } catch {
    return false;
  }
}
