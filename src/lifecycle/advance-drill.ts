import type { Context } from '../context.ts';
import type { Drill } from '../domain/drill.ts';
import type { ProposalState } from '../domain/proposal.ts';
import type { Rollback } from '../domain/rollback.ts';
import { RetryLater } from '../errors.ts';
import { readClock } from '../store/clock.ts';
import { type DrillProposal, getDrill, listDrillProposals } from '../store/drills.ts';
import { findRollback } from '../store/rollbacks.ts';
import { closeDrill } from './close-drill.ts';
import { dieAmidUndoing } from './drill-death.ts';
import { editAsOthers, resetSandbox, SandboxRefuses } from './drill-edits.ts';
import { proposeMissing } from './drill-writes.ts';
import { makePlan } from './plan-rollback.ts';
import { sandboxOf } from './sandbox-of.ts';

/** After it a drill that hangs is ended as failed. */
const LONGEST_MS = 30 * 60_000;
const AGAIN_MS = 300;

const UNDER_WAY: readonly ProposalState[] = ['received', 'pending', 'in_review', 'approved', 'executing'];

/**
 * Brings a drill as far as it goes now; throws to be called again. Its steps: the writes, as proposals that the ordinary executor
 * carries out; somebody else's edits; the plan; more edits, which the plan can't know of; its confirmation, with a holder that dies; and,
 * when all is undone that can be, the look at what stands there and the signed record. Who comes later finds what was done by then.
 */
export async function advanceDrill(context: Context, id: string): Promise<void> {
  const drill = await getDrill(context.database, id);
  if (drill.state === 'done') return;
  const now = await readClock(context.database);
  const isLate = now.getTime() - drill.startedAt.getTime() > LONGEST_MS;
  // Its manifest names no sandbox any more: what is recorded is that it came to nothing.
  if (isLate || !sandboxOf(context, drill)) return closeDrill(context, drill);
  let isOver = false;
  try {
    isOver = drill.state === 'writing' ? await write(context, drill) : await isUndone(context, drill);
  } catch (error) {
    if (!(error instanceof SandboxRefuses)) throw error;
    return closeDrill(context, drill, error.message);
  }
  if (!isOver) throw new RetryLater(`drill ${drill.number} goes on`, AGAIN_MS);
  await closeDrill(context, drill);
}

/** True: there is nothing to be undone. */
async function write(context: Context, drill: Drill): Promise<boolean> {
  const { database } = context;
  const written = await listDrillProposals(database, drill.id);
  if (written.length === 0) await resetSandbox(context, drill);
  if (await proposeMissing(context, drill, written)) return false;
  if (written.some(({ state }) => UNDER_WAY.includes(state))) return false;
  await editAsOthers(context, drill, written, true);
  const plan = await planOf(context, drill, written);
  if (!plan?.items.some((item) => item.class === 'undo')) return true;
  await editAsOthers(context, drill, written, false);
  await dieAmidUndoing(context, drill, plan);
  return false;
}

async function planOf(
  context: Context,
  drill: Drill,
  written: readonly DrillProposal[],
): Promise<Rollback | undefined> {
  const found = await findRollback(context.database, drill.rollback);
  if (found || written.every(({ state }) => state !== 'executed')) return found;
  const { id } = sandboxOf(context, drill)?.system ?? { id: '' };
  const scope = { kind: 'system', subject: id } as const;
  const planned = await makePlan(context, {
    id: drill.rollback,
    scope,
    since: drill.startedAt,
    by: drill.by,
  });
  return planned.outcome === 'planned' ? planned.rollback : undefined;
}

async function isUndone({ database }: Context, drill: Drill): Promise<boolean> {
  const rollback = await findRollback(database, drill.rollback);
  return rollback?.state === 'done' || rollback?.state === 'stopped';
}
