import type { JsonObject } from '../domain/json.ts';
import { amountOf } from '../domain/money.ts';
import { toldText } from '../domain/personal-fields.ts';
import { isFinished } from '../domain/proposal.ts';
import type { Difference } from '../domain/undo.ts';
import type { Change, ExecutionOutcome } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { personalIn } from './judge.ts';
import type { UndoAttempt } from './undo-attempt.ts';

export type UndoEnding =
  | { readonly state: 'undone'; readonly why: string | null; readonly result: JsonObject }
  | { readonly state: 'conflict'; readonly why: string; readonly diff?: Difference }
  | { readonly state: 'failed' | 'unknown'; readonly why: string }
  /** It did not happen, and is tried again. */
  | { readonly state: 'planned'; readonly why: string; readonly retryMs: number };

const EVENTS = {
  undone: 'proposal.rolled_back',
  conflict: 'undo.conflicted',
  failed: 'undo.failed',
  unknown: 'undo.became_unknown',
  planned: 'undo.put_off',
} as const satisfies Record<UndoEnding['state'], string>;

/** Who says so, and what the audit keeps of it besides. */
interface Teller {
  readonly actor: string;
  readonly data: JsonObject;
  /** In place of the event that such an ending is otherwise. */
  readonly event?: string;
}

const OURSELVES: Teller = { actor: 'countersign', data: {} };

/**
 * Commits what came of an undoing, under the claim's fence: execution, proposal, the plan's item and the audit event at once. False:
 * somebody else has said so already, and nothing of it was recorded.
 */
export async function finishUndo(
  attempt: Pick<UndoAttempt, 'context' | 'claim' | 'compensation' | 'offered' | 'proposal'>,
  ended: UndoEnding,
  { actor, data, event }: Teller = OURSELVES,
): Promise<boolean> {
  const { context, claim, compensation, offered, proposal } = attempt;
  const why = ended.why === null ? null : toldText(offered.action, ended.why, proposal);
  const ending = { ...ended, why } as UndoEnding;
  for (;;) {
    const { id, version, undoing } = await getProposal(context.database, claim.proposalId);
    if (undoing?.id !== claim.id || isFinished(undoing.state)) {
      context.log.warn({ execution: claim.id, outcome: 'settled' }, 'undo.fenced_out');
      return false;
    }
    const change: Change = {
      id,
      version,
      set: ending.state === 'undone' ? { state: 'rolled_back' } : {},
      outcome: { id: claim.id, fence: claim.fence, ...outcomeOf(ending) },
      ...(ending.state === 'planned' ? {} : { undo: undoOf(ending) }),
      events: [
        {
          type: event ?? EVENTS[ending.state],
          actor,
          ...personalIn(attempt.offered),
          data: { ...dataOf(attempt, ending), ...data },
        },
      ],
      outbox: [
        { topic: 'card', ref: id },
        ...(ending.state === 'unknown' ? [{ topic: 'page', ref: id }] : []),
        ...(event === 'undo.resolved' ? [{ topic: 'announce', ref: `resolved:${id}` }] : []),
      ],
    };
    const outcome = await context.changes.change(change);
    if (outcome === 'applied') return true;
    if (outcome !== 'stale') {
      context.log.warn({ execution: claim.id, outcome, rollback: compensation.rollback }, 'undo.fenced_out');
      return false;
    }
  }
}

function outcomeOf(ending: UndoEnding): Omit<ExecutionOutcome, 'id' | 'fence'> {
  switch (ending.state) {
    case 'undone':
      return { state: 'executed', result: ending.result };
    case 'conflict':
      return { state: 'canceled', error: ending.why };
    case 'planned':
      return { state: 'ready', error: ending.why, retryMs: ending.retryMs };
    case 'failed':
    case 'unknown':
      return { state: ending.state, error: ending.why };
  }
}

function undoOf(ending: Exclude<UndoEnding, { state: 'planned' }>): NonNullable<Change['undo']> {
  const diff = ending.state === 'conflict' ? ending.diff : undefined;
  return { state: ending.state, why: ending.why, ...(diff ? { diff } : {}) };
}

function dataOf(
  { proposal, claim, compensation, offered }: Parameters<typeof finishUndo>[0],
  ending: UndoEnding,
): JsonObject {
  const { action, summary, impact } = proposal;
  const diff = ending.state === 'conflict' ? ending.diff : undefined;
  const shown = Object.entries(diff ?? {}).filter(([field]) => offered.action.show.includes(field));
  return {
    action,
    summary,
    impact: impact && { amount: amountOf(impact), currency: impact.currency },
    execution: claim.id,
    undoes: compensation.compensates,
    rollback: compensation.rollback,
    rollback_number: compensation.rollbackNumber,
    confirmed_by: { ...compensation.confirmedBy },
    ...(ending.why === null ? {} : { why: ending.why }),
    ...(shown.length > 0 ? { difference: Object.fromEntries(shown) } : {}),
  };
}
