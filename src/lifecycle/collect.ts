import type { Context } from '../context.ts';
import type { QueueConnector } from '../domain/connector-config.ts';
import type { QueuedEvent } from '../domain/envelope.ts';
import { SAME_KEY_WINDOW_MS } from '../domain/handoff.ts';
import type { JsonObject } from '../domain/json.ts';
import type { System } from '../domain/manifest.ts';
import { closedUntil } from '../domain/windows.ts';
import { readClock } from '../store/clock.ts';
import { claimExecutions, findExecution } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import { askSystem } from '../store/systems.ts';
import type { Attempt } from './attempt.ts';
import { orGiveBack } from './execute.ts';
import { finishExecuted, finishFailed, finishUnknown } from './finish.ts';
import { lookAgain, prepare } from './prepare.ts';
import { receiptOf } from './receipt.ts';
import { startWrite } from './start-write.ts';

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
    claims.map((claim) =>
      orGiveBack(context, claim, async () => handOut(await prepare(context, claim), connector.leaseMs)),
    ),
  );
  const handedOut = events.filter((each) => each !== undefined);
  return { outcome: 'handed_out', events: handedOut.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
}

async function handOut(attempt: Attempt, leaseMs: number): Promise<HandedOut | undefined> {
  const { claim, proposal, execution, envelope } = attempt;
  if (!('event' in envelope.request)) throw new Error('what was approved is no event');
  if (claim.was !== 'started') {
    if (!(await lookAgain(attempt))) return undefined;
  } else if (proposal.readAt.getTime() - (execution.startedAt?.getTime() ?? 0) >= SAME_KEY_WINDOW_MS) {
    await finishUnknown(attempt, 'it was collected and never acknowledged');
    return undefined;
  }
  if (!(await startWrite(attempt, leaseMs / 2))) return undefined;
  return {
    id: execution.id,
    number: proposal.number,
    account: proposal.account,
    event: envelope.request,
    attempt: execution.attempts + 1,
    approvedAt: proposal.decisions.at(-1)?.at ?? proposal.createdAt,
    receipt: receiptOf(attempt),
  };
}

/** What the system says became of an event. */
export type Acknowledgement =
  | { readonly outcome: 'done'; readonly result: JsonObject }
  | { readonly outcome: 'failed'; readonly reason: string };

export type AckResult =
  /** Recorded, now or by the same acknowledgement before. */
  | 'recorded'
  /** This system has no such event, or it was never handed out. */
  | 'no_such_event'
  /** The other outcome stands already. */
  | 'settled_otherwise';

const TRIES = 5;

/** Records what the system says. Committed when it resolves to `recorded`; also of an event whose lease is over. */
export async function acknowledge(
  context: Context,
  { system }: Collector,
  id: string,
  said: Acknowledgement,
): Promise<AckResult> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const found = await findExecution(context.database, id);
    if (found?.system !== system.id) return 'no_such_event';
    const { proposalId, fence } = found;
    const { state, execution } = await getProposal(context.database, proposalId);
    if (execution?.id !== id || execution.startedAt === null) return 'no_such_event';
    const stands =
      execution.state === 'executed' ? 'done' : execution.state === 'failed' ? 'failed' : undefined;
    if (stands) return stands === said.outcome ? 'recorded' : 'settled_otherwise';
    if (state !== 'executing' && state !== 'unknown') return 'no_such_event';
    const attempt = await prepare(context, { id, proposalId, fence, was: 'started', kind: 'forward' });
    if (said.outcome === 'done')
      await finishExecuted(attempt, { result: said.result, before: attempt.proposal.before, after: null });
    else await finishFailed(attempt, said.reason, attempt.proposal.before);
  }
  return 'no_such_event';
}
