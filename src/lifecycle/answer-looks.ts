import type { Context } from '../context.ts';
import type { Answer } from '../domain/handoff.ts';
import { answerLook, type Look, takeLooks } from '../store/looks.ts';

/** Looks at systems for the processes that may not (`far-connector.ts`), under the systems' own lines. Returns how many there were. */
export async function answerLooks(context: Context, limit: number): Promise<number> {
  const looks = await takeLooks(context.database, limit);
  await Promise.all(
    looks.map(async (look) => answerLook(context.database, look.id, await answerTo(context, look))),
  );
  return looks.length;
}

async function answerTo(context: Context, { policy, system, kind, scope, request }: Look): Promise<Answer> {
  try {
    const { systems } = await context.policyOf(policy);
    const found = Object.hasOwn(systems, system) ? systems[system] : undefined;
    if (!found) return { kind: 'not_sent', why: `there is no system ${system}`, permanent: true };
    const connector = context.connectorOf(found);
    if (kind === 'read') return await connector.read(request);
    if (connector.pin) return await connector.pin(request, scope);
    return { kind: 'not_sent', why: `${system} pins nothing`, permanent: true };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'unexpected';
    context.log.warn({ system, err: message }, 'look.failed');
    return { kind: 'not_sent', why: 'it could not be looked at', permanent: false };
  }
}
