import type { Context } from '../context.ts';
import { deduplicates } from '../domain/connector-config.ts';
import type { Drill } from '../domain/drill.ts';
import type { System } from '../domain/manifest.ts';
import type { Rollback } from '../domain/rollback.ts';
import { confirmDrill } from '../store/drills.ts';
import type { Claim } from '../store/executions.ts';
import { sandboxOf } from './sandbox-of.ts';
import { MARGIN_MS } from './send-write.ts';
import { undoOne } from './undo.ts';

const DEATHS = 2;
const SPARE_MS = 2_000;

/**
 * Lets a drill's undoing begin, with two of its writes in the hands of a process that dies: one after its write and before its record,
 * where the system knows keys, and one before its write. Whoever else is there has to find both when their lease is over.
 */
export async function dieAmidUndoing(context: Context, drill: Drill, plan: Rollback): Promise<void> {
  const system = sandboxOf(context, drill)?.system;
  if (!system) return;
  const claims = await confirmDrill(context.database, drill.id, {
    digest: plan.digest,
    worker: `${context.worker} dies`,
    leaseMs: context.connectorOf(system).timeoutMs + MARGIN_MS + SPARE_MS,
    deaths: DEATHS,
  });
  const [first] = claims;
  if (first && deduplicates(system.connector)) await dieAfterWrite(context, system, first);
}

class Died extends Error {}

/** The write is done, and nobody records it. */
async function dieAfterWrite(context: Context, system: System, claim: Claim): Promise<void> {
  const connector = context.connectorOf(system);
  const dying: Context = {
    ...context,
    connectorOf: () => ({
      ...connector,
      write: async (request, options) => {
        await connector.write(request, options);
        throw new Died();
      },
    }),
  };
  try {
    await undoOne(dying, claim);
  } catch (error) {
    // Away, or refused before its write: it died earlier, then.
    if (!(error instanceof Died)) context.log.info({ err: String(error) }, 'drill.died_early');
  }
}
