import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Rollback } from '../domain/rollback.ts';
import { actorOf } from '../domain/switches.ts';
import { advance, confirmPlan, findRollback } from '../store/rollbacks.ts';
import { GRACE_MS } from './send-write.ts';

export interface Confirming {
  readonly id: string;
  /** Of the plan as it was shown. */
  readonly digest: string;
  readonly person: Person;
  readonly groups: Groups;
}

export type ConfirmResult =
  | { readonly outcome: 'confirmed'; readonly rollback: Rollback }
  | { readonly outcome: 'refused'; readonly because: string };

const no = (because: string): ConfirmResult => ({ outcome: 'refused', because });

/**
 * A second operator's word for a plan. Committed when it resolves to `confirmed`: from then on no other write of its scope starts, and
 * the undoing begins by itself once those that had begun are past their grace, whoever dies meanwhile.
 */
export async function confirmRollback(
  context: Context,
  { id, digest, person, groups }: Confirming,
): Promise<ConfirmResult> {
  const permission = authorize({ kind: 'rollback' }, person, context.manifests, groups);
  if (!permission.allowed) return no(permission.because);
  const planned = await findRollback(context.database, id);
  if (!planned) return no('There is no such plan.');
  if (planned.items.every((item) => item.class !== 'undo')) return no('Nothing of this plan can be undone.');
  const by = actorOf(person);
  const answer = await confirmPlan(context.database, id, digest, by, GRACE_MS);
  switch (answer) {
    case 'confirmed':
      return { outcome: 'confirmed', rollback: (await findRollback(context.database, id)) ?? planned };
    case 'same_person':
      return no('You asked for this plan yourself: a second operator has to confirm it.');
    case 'over':
      return no(`Rollback ${planned.number} was confirmed already.`);
    case 'changed':
      return no('That is not the plan that was kept: ask for a new one.');
  }
}

/** Brings a confirmed rollback further: queues its writes, stops it where too much went otherwise, ends it. */
export async function advanceRollback(context: Context, id: string): Promise<void> {
  const state = await advance(context.database, id);
  context.log.info({ rollback: id, state }, 'rollback.advanced');
}
