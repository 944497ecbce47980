import type { Context } from '../context.ts';
import type { QueueConnector } from '../domain/connector-config.ts';
import type { QueuedEvent } from '../domain/envelope.ts';
import { SAME_KEY_WINDOW_MS } from '../domain/handoff.ts';
import type { System } from '../domain/manifest.ts';
import type { Execution, Proposal } from '../domain/proposal.ts';
import { closedUntil } from '../domain/windows.ts';
import { readClock } from '../store/clock.ts';
import { type Claim, claimExecutions } from '../store/executions.ts';
import { askSystem } from '../store/systems.ts';
import type { Attempt } from './attempt.ts';
import { orGiveBack } from './execute.ts';
import { finishUnknown } from './finish.ts';
import { finishUndo } from './finish-undo.ts';
import { lookAgain, prepare } from './prepare.ts';
import { prepareUndo } from './prepare-undo.ts';
import { receiptOf } from './receipt.ts';
import { startWrite } from './start-write.ts';
import { mayUndo, startUndo } from './undo.ts';
import type { UndoAttempt } from './undo-attempt.ts';

/** A system that collects its writes. */
export interface Collector {
  readonly system: System;
  readonly connector: QueueConnector;
}

/** One write, handed out to the system that does it. */
export interface HandedOut {
  /** Also what the system tells repetitions by: it stays the same when the event comes again. */
  readonly id: string;
  readonly number: number;
  readonly account: string;
  readonly event: QueuedEvent;
  /** From 1. */
  readonly attempt: number;
  readonly approvedAt: Date;
  /** Who approved it: the system may verify that (`receipt.ts`). */
  readonly receipt: string;
}

export type Collected =
  | { readonly outcome: 'handed_out'; readonly events: readonly HandedOut[] }
  /** Nothing is handed out for so long: its window is closed, or its rate is used up. */
  | { readonly outcome: 'wait'; readonly ms: number };

/**
 * Hands out what is approved and due, in order. For this kind of system to collect is to begin: what is handed out has passed the
 * same checks as a write that leaves (approval in time, digest, switches), and is committed as started. What was handed out before
 * and not acknowledged within its lease comes again, under the same id.
 */
export async function collect(context: Context, collector: Collector, limit: number): Promise<Collected> {
  const { system, connector } = collector;
  const now = await readClock(context.database);
  const closed = closedUntil(system.closed, context.manifests.organisation.timezone, now);
  if (closed) return { outcome: 'wait', ms: closed.getTime() - now.getTime() };
  const waitMs = await askSystem(context.database, system.id, system.rate, 1);
  if (waitMs > 0) return { outcome: 'wait', ms: waitMs };
  const claims = await claimExecutions(context.database, `system:${system.id}`, connector.leaseMs, limit, {
    only: system.id,
  });
  const events = await Promise.all(
    claims.map((claim) => orGiveBack(context, claim, () => handOut(context, claim, connector.leaseMs))),
  );
  const handedOut = events.filter((each) => each !== undefined);
  return { outcome: 'handed_out', events: handedOut.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

async function handOut(context: Context, claim: Claim, leaseMs: number): Promise<HandedOut | undefined> {
  if (claim.kind === 'compensate') return handOutUndo(await prepareUndo(context, claim), leaseMs);
  const attempt = await prepare(context, claim);
  const { proposal, execution } = attempt;
  if (claim.was !== 'started') {
    if (!(await lookAgain(attempt))) return undefined;
  } else if (isOverdue(proposal, execution)) {
    await finishUnknown(attempt, NEVER_SAID);
    return undefined;
  }
  if (!(await startWrite(attempt, leaseMs / 2))) return undefined;
  return handedOut(attempt, execution.attempts + 1, proposal.decisions.at(-1)?.at ?? proposal.createdAt);
}

/** What undoes a write goes the way of the write: the system collects it, does it, and says so. */
async function handOutUndo(attempt: UndoAttempt, leaseMs: number): Promise<HandedOut | undefined> {
  const { claim, proposal, compensation } = attempt;
  if (claim.was !== 'started') {
    if (!(await mayUndo(attempt))) return undefined;
  } else if (isOverdue(proposal, compensation)) {
    await finishUndo(attempt, { state: 'unknown', why: NEVER_SAID });
    return undefined;
  }
  if (!(await startUndo(attempt, leaseMs / 2))) return undefined;
  return handedOut(attempt, compensation.attempts + 1, compensation.confirmedAt);
}

const NEVER_SAID = 'it was collected and never acknowledged';

/** Past the time within which a system keeps the ids that it has done. */
function isOverdue({ readAt }: Proposal, { startedAt }: Pick<Execution, 'startedAt'>): boolean {
  return readAt.getTime() - (startedAt?.getTime() ?? 0) >= SAME_KEY_WINDOW_MS;
}

function handedOut(attempt: Attempt, count: number, approvedAt: Date): HandedOut {
  const { proposal, envelope } = attempt;
  if (!('event' in envelope.request)) throw new Error('what was approved is no event');
  return {
    id: envelope.execution,
    number: proposal.number,
    account: proposal.account,
    event: envelope.request,
    attempt: count,
    approvedAt,
    receipt: receiptOf(attempt),
  };
}
