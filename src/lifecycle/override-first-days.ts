import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { actorOf } from '../domain/switches.ts';
import { recordAnnounced } from '../store/audit.ts';

export type OverrideResult =
  | { readonly outcome: 'overridden' }
  | { readonly outcome: 'refused'; readonly because: string };

/** An operator takes it on themselves to begin with more than one of each. Committed, on record, when it resolves to `overridden`. */
export async function overrideFirstDays(
  context: Context,
  { person, groups, because }: { person: Person; groups: Groups; because: string | null },
): Promise<OverrideResult> {
  const permission = authorize({ kind: 'override' }, person, context.manifests, groups);
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  if (!because) return { outcome: 'refused', because: 'Say why: first-30-days because …' };
  const by = actorOf(person);
  await recordAnnounced(context.database, 'checklist', {
    type: 'checklist.overridden',
    actor: person.principal,
    data: { what: 'first-30-days', by: { ...by }, because: because.slice(0, 500) },
  });
  return { outcome: 'overridden' };
}
