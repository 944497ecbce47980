import type { Context } from '../context.ts';
import type { RenderedRequest } from '../domain/envelope.ts';
import type { OfferedAction, Undo } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { PlannedItem } from '../domain/rollback.ts';
import { judgeUndo, undoScope, type Written, whyTooLate } from '../domain/undo.ts';
import { offeredOf } from './assess.ts';
import { lookForUndo, renderUndo } from './look-for-undo.ts';
import { askLeave } from './pace.ts';
import { pin } from './pin.ts';
import { renderRequest } from './record.ts';

export type Judged = Pick<PlannedItem, 'class' | 'why' | 'request' | 'diff'> & {
  /** What was read to judge it, as one text: two writes that look at the same are of one record. Null: nothing was read. */
  readonly looked: string | null;
};

const judged = (item: Partial<Judged> & Pick<Judged, 'class'>): Judged => ({
  why: null,
  request: null,
  diff: null,
  looked: null,
  ...item,
});

/**
 * What a rollback could do about one write, by the record as it is now. Throws {@link SystemAway} where the system has to be asked and
 * can't be; without `looking` it is not asked.
 */
export async function classify(context: Context, proposal: Proposal, looking: boolean): Promise<Judged> {
  const { execution, state } = proposal;
  if (state !== 'executed' || !execution)
    return judged({ class: 'unknown', why: WHY_UNKNOWN[state] ?? `it is ${state}` });
  if (proposal.erasedAt)
    return judged({ class: 'irreversible', why: 'what it would be undone with was erased' });
  const offered = await offeredOf(context, proposal);
  const { undo, irreversible } = offered.action;
  if (!undo) return judged({ class: 'irreversible', why: irreversible ?? 'there is no way back' });
  const late = whyTooLate(undo, execution, proposal.readAt);
  if (late) return judged({ class: 'irreversible', why: late });
  const written = { proposal, execution };
  const request = rendered(undo, written);
  if (!request)
    return judged({ class: 'irreversible', why: 'what the system answered is not enough to undo it' });
  const why = handsOf(offered, request);
  if (!looking)
    return judged({ class: 'undo', request, why: 'it can’t be looked at now: it is just before' });
  const calls = (undo.read ? 1 : 0) + ('tool' in request ? 1 : 0);
  if (calls > 0) await askLeave(context, offered.system, calls);
  const pinned = await pin(context, offered.system, offered.action.scope, request);
  if (!pinned) return judged({ class: 'irreversible', why: `${offered.system.title} has no such tool now` });
  const look = await lookForUndo(context, offered, undo, written);
  if (look.outcome === 'gone') return judged({ class: 'changed', why: look.why });
  const verdict = judgeUndo(offered.action, undo, written, look.now);
  const looked = undo.read ? JSON.stringify(renderRequest(undo.read, undoScope(written))) : null;
  if (verdict.may) return judged({ class: 'undo', request: pinned, why, looked });
  return judged({ class: 'changed', why: verdict.why, diff: verdict.diff, request: pinned, looked });
}

const WHY_UNKNOWN: Partial<Record<Proposal['state'], string>> = {
  unknown: 'nobody knows whether it happened: resolve it first',
  executing: 'it is being written',
  awaiting_manual: 'somebody is doing it by hand',
};

function rendered(undo: Undo, written: Written): RenderedRequest | undefined {
  try {
    return renderUndo(undo, written);
  } catch {
    return undefined;
  }
}

/** Whose hands it takes besides ours, for whoever confirms the plan; null: nobody's. */
function handsOf({ system }: OfferedAction, request: RenderedRequest): string | null {
  switch (system.connector.type) {
    case 'manual':
      return `by hand${'instructions' in request ? `: ${request.instructions}` : ''}`;
    case 'queue':
      return `${system.title} collects it`;
    case 'http':
    case 'mcp':
      return null;
  }
}
