import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Manifests } from '../domain/manifest.ts';
import { nearest } from '../domain/nearest.ts';
import type { Groups, Person } from '../domain/person.ts';
import { actorOf } from '../domain/switches.ts';
import { enableSwitch, readSwitches, switchOff, switchOn, type UnderWay } from '../store/switches.ts';
import { GRACE_MS } from './send-write.ts';

/** The words that a switch knows: everything, rollbacks, and each agent, system and workflow, which share one name space. */
export function switchScopes(manifests: Manifests): string[] {
  return [
    'all',
    'rollback',
    ...Object.keys(manifests.agents),
    ...Object.keys(manifests.systems),
    ...Object.keys(manifests.workflows),
  ];
}

export interface Switching {
  /** As the person wrote it; empty: everything, but only for `disable`. */
  readonly scope: string;
  readonly person: Person;
  readonly groups: Groups;
}

export type SwitchRefusal =
  | { readonly outcome: 'refused'; readonly because: string }
  | {
      readonly outcome: 'unknown_scope';
      readonly nearest: string | undefined;
      readonly known: readonly string[];
    };

export type DisableResult =
  | SwitchRefusal
  | { readonly outcome: 'disabled'; readonly scope: string; readonly underWay: readonly UnderWay[] };

function check(
  context: Context,
  kind: 'disable' | 'enable',
  { scope, person, groups }: Switching,
): SwitchRefusal | undefined {
  const permission = authorize({ kind }, person, context.manifests, groups);
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  const known = switchScopes(context.manifests);
  if (!known.includes(scope)) return { outcome: 'unknown_scope', nearest: nearest(scope, known), known };
  return undefined;
}

/**
 * Pulls the kill switch. Once it resolves to `disabled` no write starts any more: the switch waited for those that were
 * beginning, and for the grace within which the ones let through before must have sent their first byte.
 */
export async function disable(
  context: Context,
  switching: Switching,
  reason: string | null,
): Promise<DisableResult> {
  const asked = { ...switching, scope: switching.scope || 'all' };
  const refusal = check(context, 'disable', asked);
  if (refusal) return refusal;
  const underWay = await switchOff(context.database, asked.scope, actorOf(asked.person), reason);
  await wait(GRACE_MS);
  return { outcome: 'disabled', scope: asked.scope, underWay };
}

export type EnableResult =
  | SwitchRefusal
  | { readonly outcome: 'enabled'; readonly scope: string }
  | { readonly outcome: 'not_disabled'; readonly scope: string; readonly off: readonly string[] }
  /** A second operator has to confirm: it was off for long, or approved writes wait. */
  | { readonly outcome: 'asked'; readonly scope: string; readonly because: string };

/** Switches on again, at once or by asking for a second operator, or by being that one (contract: Slack, `/agent enable`). */
export async function enable(context: Context, switching: Switching): Promise<EnableResult> {
  const refusal = check(context, 'enable', switching);
  if (refusal) return refusal;
  const { scope, person } = switching;
  const result = await enableSwitch(context.database, scope, actorOf(person));
  switch (result.outcome) {
    case 'on':
      return { outcome: 'enabled', scope };
    case 'asked':
      return { outcome: 'asked', scope, because: result.because };
    case 'not_off': {
      const { off } = await readSwitches(context.database);
      return { outcome: 'not_disabled', scope, off: Object.keys(off) };
    }
  }
}

/** A second operator confirms what the first asked for. */
export async function confirmEnable(context: Context, switching: Switching): Promise<EnableResult> {
  const refusal = check(context, 'enable', switching);
  if (refusal) return refusal;
  const { scope, person } = switching;
  const { asked, off } = await readSwitches(context.database);
  const first = asked[scope]?.by;
  if (!off[scope] || !first) return { outcome: 'not_disabled', scope, off: Object.keys(off) };
  if (first.principal === person.principal) {
    return {
      outcome: 'refused',
      because: 'You asked for this yourself: a second operator has to confirm it.',
    };
  }
  const done = await switchOn(context.database, scope, actorOf(person), first);
  return done ? { outcome: 'enabled', scope } : { outcome: 'not_disabled', scope, off: Object.keys(off) };
}
