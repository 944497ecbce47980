import type { JsonObject } from '../domain/json.ts';
import type { Action } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import { toldText } from '../domain/personal-fields.ts';
import { isFinished, type Proposal } from '../domain/proposal.ts';
import type { Change, ExecutionOutcome, NewEvent } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import type { Attempt } from './attempt.ts';
import { personalIn } from './judge.ts';
import { shownOf } from './record.ts';

/** What of an attempt an ending needs. */
type Ended = Pick<Attempt, 'context' | 'claim' | 'proposal' | 'version'>;

type Ending = Pick<Change, 'set' | 'outbox'> & {
  readonly outcome: Omit<ExecutionOutcome, 'id' | 'fence'>;
  readonly event: NewEvent;
};

/**
 * Commits an ending under the claim's fence. Who has lost the lease records nothing: the next holder does. The proposal is read again only
 * if it has moved on since.
 */
async function finish(attempt: Ended, ending: Ending): Promise<void> {
  const { context, claim, proposal } = attempt;
  for (let { version } = attempt; ; ) {
    const outcome = await context.changes.change({
      id: proposal.id,
      version,
      set: ending.set,
      outcome: { ...ending.outcome, id: claim.id, fence: claim.fence },
      events: [{ ...ending.event, data: { ...writtenOf(proposal), ...ending.event.data } }],
      outbox: [{ topic: 'card', ref: proposal.id }, ...(ending.outbox ?? [])],
    });
    if (outcome === 'applied') return;
    if (outcome !== 'stale') return sayFencedOut(attempt, outcome);
    const now = await getProposal(context.database, proposal.id);
    // Somebody else said so meanwhile: a person, or the system that acknowledged it twice.
    if (now.execution?.id !== claim.id || isFinished(now.execution.state))
      return sayFencedOut(attempt, 'settled');
    version = now.version;
  }
}

function sayFencedOut({ context, claim }: Ended, outcome: string): void {
  context.log.warn({ execution: claim.id, outcome }, 'execution.fenced_out');
}

/** With it an ending tells its story by itself, however long ago it was proposed and decided. */
export function writtenOf({ action, summary, impact, decisions, round }: Proposal): JsonObject {
  const approvals = decisions.filter((each) => each.round === round && each.kind === 'approve');
  return {
    action,
    summary,
    impact: impact && { amount: amountOf(impact), currency: impact.currency },
    approved_by: approvals.map(({ by }) => ({ id: by.id, name: by.name })),
  };
}

function event(type: string, data: JsonObject): NewEvent {
  return { type, actor: 'countersign', data };
}

export interface Written {
  readonly result: JsonObject;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

export async function finishExecuted(attempt: Attempt, { result, before, after }: Written): Promise<void> {
  const { action } = attempt.offered;
  const change = after
    ? { before: shownOf(action, before), after: shownOf(action, after) }
    : { before: shownOf(action, before) };
  await finish(attempt, {
    set: { state: 'executed' },
    outcome: { state: 'executed', result, ...(before ? { before } : {}), ...(after ? { after } : {}) },
    event: {
      ...event('execution.executed', { ...change, result: toldOf(action, result) }),
      ...personalIn(attempt.offered),
    },
  });
}

/** The fields of a result that the agent, and so the audit's readers, get to know. */
export function toldOf(action: Action, result: JsonObject | null): JsonObject {
  return Object.fromEntries(
    action.tellAgent.flatMap((field) => (result && field in result ? [[field, result[field] ?? null]] : [])),
  );
}

/** It did not happen and will not: the system refused it. */
export async function finishFailed(attempt: Attempt, why: string, before: JsonObject | null): Promise<void> {
  const said = tell(attempt, why);
  await finish(attempt, {
    set: { state: 'failed' },
    outcome: { state: 'failed', error: said, ...(before ? { before } : {}) },
    event: event('execution.failed', { why: said }),
    outbox: [page(attempt.proposal)],
  });
}

/** It did not happen, and is tried again as long as its approval is good. */
export async function finishUnsent(attempt: Attempt, why: string, retryMs: number): Promise<void> {
  const said = tell(attempt, why);
  await finish(attempt, {
    set: { state: 'approved' },
    outcome: { state: 'ready', error: said, retryMs },
    event: event('execution.put_off', { why: said, retry_ms: Math.round(retryMs) }),
  });
}

/** Nobody can say whether it happened: a human is paged, and nothing is tried again blindly. */
export async function finishUnknown(attempt: Attempt, why: string): Promise<void> {
  const said = tell(attempt, why);
  await finish(attempt, {
    set: { state: 'unknown' },
    outcome: { state: 'unknown', error: said },
    event: event('execution.became_unknown', { why: said }),
    outbox: [page(attempt.proposal)],
  });
}

/**
 * We never come to its end, by an error of ours: what had not begun surely did not happen, and of the rest nobody can say. A human is
 * paged. What the error says could hold anything, and stays in the log.
 */
export async function finishStumbled(attempt: Ended): Promise<void> {
  const why = 'Countersign stumbled over it again and again; its log says over what (execution.stumbled)';
  const began = attempt.proposal.state === 'executing';
  await finish(attempt, {
    set: { state: began ? 'unknown' : 'failed' },
    outcome: { state: began ? 'unknown' : 'failed', error: why },
    event: event(began ? 'execution.became_unknown' : 'execution.failed', { why }),
    outbox: [page(attempt.proposal)],
  });
}

/** The system of record says no now, whatever it said when it was approved. */
export async function finishBlocked(attempt: Attempt, because: string): Promise<void> {
  await finish(attempt, {
    set: { state: 'blocked', blocked: because },
    outcome: { state: 'canceled', error: because },
    event: event('proposal.blocked', { because }),
  });
}

/** What a system said, which could repeat what nobody is to read. */
function tell({ offered, proposal }: Attempt, why: string): string {
  return toldText(offered.action, why, proposal);
}

function page(proposal: Pick<Proposal, 'id'>): { topic: string; ref: string } {
  return { topic: 'page', ref: proposal.id };
}
