import { uuidv7 } from 'uuidv7';
import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import { DRILL_WRITES } from '../domain/drill.ts';
import { sandboxName } from '../domain/drill-names.ts';
import { nearest } from '../domain/nearest.ts';
import type { Groups, Person } from '../domain/person.ts';
import { actorOf } from '../domain/switches.ts';
import { startDrillOf } from '../store/drills.ts';
import { readSwitches } from '../store/switches.ts';

export interface DrillAsk {
  /** A system with a sandbox; empty: every one that has one. */
  readonly system: string;
  readonly writes: number;
  readonly person: Person;
  readonly groups: Groups;
}

export type DrillStart =
  | {
      readonly outcome: 'started';
      readonly drills: readonly { readonly id: string; readonly number: number; readonly system: string }[];
      /** Where one is under way already. */
      readonly running: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly because: string };

const no = (because: string): DrillStart => ({ outcome: 'refused', because });

/**
 * Begins a drill against the sandbox of one system, or of each that has one. Committed when it resolves to `started`: it goes on by
 * itself, whoever dies meanwhile, to its signed record.
 */
export async function startDrill(context: Context, asked: DrillAsk): Promise<DrillStart> {
  const { person, groups, writes } = asked;
  const { manifests, database } = context;
  const permission = authorize({ kind: 'drill' }, person, manifests, groups);
  if (!permission.allowed) return no(permission.because);
  const systems = Object.values(manifests.systems).flatMap(({ id, sandbox }) => (sandbox ? [id] : []));
  const chosen = asked.system === '' ? systems : systems.filter((id) => id === asked.system);
  if (chosen.length === 0) return no(whyNone(context, asked.system, systems));
  if (!Number.isInteger(writes) || writes < DRILL_WRITES.least || writes > DRILL_WRITES.most)
    return no(`A drill has ${DRILL_WRITES.least} to ${DRILL_WRITES.most} writes.`);
  const { off } = await readSwitches(database);
  const stopped = ['all', 'rollback', ...chosen.map(sandboxName)].find((scope) => off[scope]);
  if (stopped)
    return no(`${stopped} is switched off, and nothing of a drill would start: switch it on first.`);
  const double = manifests.systems[chosen[0] ?? '']?.sandbox;
  if (double && context.connectorOf(double.system).isWrittenElsewhere)
    return no(
      'This server holds no credentials, so it can’t drill: order it of one that serves with --role all.',
    );
  const by = actorOf(person);
  const drills: { id: string; number: number; system: string }[] = [];
  const running: string[] = [];
  for (const system of chosen) {
    const id = uuidv7();
    const number = await startDrillOf(database, { id, system, by, writes, rollback: uuidv7() });
    if (number === undefined) running.push(system);
    else drills.push({ id, number, system });
  }
  if (drills.length === 0) return no(`A drill of ${running.join(', ')} is under way already.`);
  return { outcome: 'started', drills, running };
}

function whyNone({ manifests }: Context, system: string, systems: readonly string[]): string {
  if (systems.length === 0) return 'No system has a sandbox: give its connector one (docs/rollback.md).';
  const there = `There are ${systems.join(', ')}.`;
  if (Object.hasOwn(manifests.systems, system)) return `${system} has no sandbox. ${there}`;
  const meant = nearest(system, systems);
  return `I don’t know ${system.slice(0, 40)}.${meant ? ` Did you mean ${meant}?` : ''} ${there}`;
}
