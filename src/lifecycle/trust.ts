import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { actorOf } from '../domain/switches.ts';
import { giveTrustBack } from '../store/trust.ts';

export type TrustResult =
  | { readonly outcome: 'restored' | 'not_lost' }
  | { readonly outcome: 'refused'; readonly because: string };

/** An operator gives an agent back what it may decide alone. Committed when it resolves to `restored`. */
export async function restoreTrust(
  context: Context,
  { agent, person, groups }: { agent: string; person: Person; groups: Groups },
): Promise<TrustResult> {
  const permission = authorize({ kind: 'trust' }, person, context.manifests, groups);
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  const by = actorOf(person);
  return { outcome: (await giveTrustBack(context.database, agent, by)) ? 'restored' : 'not_lost' };
}
