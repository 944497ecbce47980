import type { Context } from '../context.ts';
import { holds } from '../domain/expression.ts';
import { describeAnswer } from '../domain/handoff.ts';
import type { System } from '../domain/manifest.ts';
import { askLeave } from './pace.ts';
import { renderRequest } from './record.ts';

/** What came of asking a system whose credential it is that we hold; null: it is what the manifest says. */
export type Proofs = Readonly<Record<string, string | null>>;

/** Asks each system that has a `credential.prove`, with the credential itself. Changes nothing, and never throws. */
export async function proveCredentials(
  context: Pick<Context, 'database' | 'connectorOf' | 'manifests'>,
): Promise<Proofs> {
  const systems = Object.values(context.manifests.systems).filter(({ credential }) => credential?.prove);
  const found = await Promise.all(
    systems.map(async (system) => [system.id, await objectionOf(context, system)] as const),
  );
  return Object.fromEntries(found);
}

async function objectionOf(
  context: Pick<Context, 'database' | 'connectorOf'>,
  system: System,
): Promise<string | null> {
  const prove = system.credential?.prove;
  if (!prove) return null;
  try {
    await askLeave(context, system, 'tool' in prove.request ? 2 : 1);
    const answer = await context.connectorOf(system).read(renderRequest(prove.request, {}));
    if (answer.kind !== 'answered') return describeAnswer(answer);
    if (holds(prove.that, { result: answer.body, status: answer.status })) return null;
    return `its answer (${answer.status}) does not say that ${prove.that}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'it can not be asked';
  }
}
