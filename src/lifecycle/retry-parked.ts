import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { actorOf } from '../domain/switches.ts';
import { retryParked as retryAllParked } from '../store/outbox.ts';

export type RetryResult =
  /** `count` is 0 where somebody else was first, or nothing is given up. */
  | { readonly outcome: 'retried'; readonly count: number }
  | { readonly outcome: 'refused'; readonly because: string };

/** An operator has what was given up after repeated failure tried again. Committed, on record, when it resolves to `retried`. */
export async function retryParked(
  context: Context,
  { person, groups }: { person: Person; groups: Groups },
): Promise<RetryResult> {
  const permission = authorize({ kind: 'retry' }, person, context.manifests, groups);
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  const by = actorOf(person);
  return { outcome: 'retried', count: await retryAllParked(context.database, by) };
}
