import type { Context } from '../context.ts';
import type { JsonObject } from '../domain/json.ts';
import type { ExecutionState } from '../domain/proposal.ts';
import { getCompensation } from '../store/compensations.ts';
import { type Claim, findExecution } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import type { Collector } from './collect.ts';
import { finishExecuted, finishFailed } from './finish.ts';
import { finishUndo } from './finish-undo.ts';
import { prepare } from './prepare.ts';
import { prepareUndo } from './prepare-undo.ts';

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
    const claim = { ...found, id, was: 'started' } as const;
    const known =
      found.kind === 'forward' ? await ackWrite(context, claim, said) : await ackUndo(context, claim, said);
    if (known) return known;
  }
  return 'no_such_event';
}

/** Undefined: it is recorded now, or somebody was faster, which the next look tells. */
type Acked = Promise<AckResult | undefined>;

async function ackWrite(context: Context, claim: Claim, said: Acknowledgement): Acked {
  const { state, execution } = await getProposal(context.database, claim.proposalId);
  if (execution?.id !== claim.id || execution.startedAt === null) return 'no_such_event';
  const stands = standing(execution.state, said);
  if (stands) return stands;
  if (state !== 'executing' && state !== 'unknown') return 'no_such_event';
  const attempt = await prepare(context, claim);
  const { before } = attempt.proposal;
  if (said.outcome === 'done') await finishExecuted(attempt, { result: said.result, before, after: null });
  else await finishFailed(attempt, said.reason, before);
  return undefined;
}

async function ackUndo(context: Context, claim: Claim, said: Acknowledgement): Acked {
  const { state, startedAt } = await getCompensation(context.database, claim.id);
  if (startedAt === null) return 'no_such_event';
  const stands = standing(state, said);
  if (stands) return stands;
  if (state !== 'started' && state !== 'unknown') return 'no_such_event';
  const attempt = await prepareUndo(context, claim);
  await finishUndo(
    attempt,
    said.outcome === 'done'
      ? { state: 'undone', why: null, result: said.result }
      : { state: 'failed', why: said.reason },
  );
  return undefined;
}

function standing(state: ExecutionState, said: Acknowledgement): AckResult | undefined {
  const stands = state === 'executed' ? 'done' : state === 'failed' ? 'failed' : undefined;
  if (!stands) return undefined;
  return stands === said.outcome ? 'recorded' : 'settled_otherwise';
}
