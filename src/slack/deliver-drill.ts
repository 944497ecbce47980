import type { Drill } from '../domain/drill.ts';
import { claimsIn } from '../domain/jws.ts';
import type { ProposalState } from '../domain/proposal.ts';
import { getDrill, listDrillProposals, saveDrillMessage } from '../store/drills.ts';
import { findRollback } from '../store/rollbacks.ts';
import { type DrillView, drillMessage } from './cards/drill-message.ts';
import { isGone, updateAt } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';

/** Brings a drill's message in `alerts` to how far it is; posts it if it is not there. */
export async function deliverDrill(posting: Posting, id: string): Promise<void> {
  const { context, command } = posting;
  const drill = await getDrill(context.database, id);
  const title = context.manifests.systems[drill.system]?.title ?? drill.system;
  const record = drill.record === null ? null : claimsIn(drill.record);
  const progress = await progressOf(posting, drill);
  const message = drillMessage({ drill, title, progress, record, command });
  if (drill.place) {
    try {
      return await updateAt(posting, drill.place, message);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  await saveDrillMessage(context.database, id, await postAlert(posting, message));
}

const OPEN: readonly ProposalState[] = ['received', 'approved', 'executing'];

async function progressOf({ context }: Posting, drill: Drill): Promise<DrillView['progress']> {
  if (drill.state === 'writing') {
    const written = await listDrillProposals(context.database, drill.id);
    return { done: written.filter(({ state }) => !OPEN.includes(state)).length, of: drill.writes };
  }
  const items = (await findRollback(context.database, drill.rollback))?.items ?? [];
  const able = items.filter((item) => item.class === 'undo');
  return { done: able.filter(({ state }) => state !== 'planned').length, of: able.length };
}
