import type { Context } from '../context.ts';
import { decodeEnvelope, digestOf } from '../domain/envelope.ts';
import { backoffMs } from '../domain/handoff.ts';
import { type Claim, claimExecutions, releaseExecution } from '../store/executions.ts';
import { getEnvelope, getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import type { Attempt } from './attempt.ts';
import { finishBlocked } from './finish.ts';
import { resumeLost, send } from './hand-off.ts';
import { lookAtRecord, objection, SystemAway } from './record.ts';

/** Outlasts the reads and the write of one attempt, each of 30 s at most. */
const LEASE_MS = 150_000;
/** Claims due writes and carries each as far as it goes now. Returns how many were claimed. */
export async function executeDue(context: Context, limit: number): Promise<number> {
  const claims = await claimExecutions(context.database, context.worker, LEASE_MS, limit);
  await Promise.all(claims.map((claim) => execute(context, claim)));
  return claims.length;
}

/** Never throws: what goes wrong before the write gives the claim back, what goes wrong after it leaves it to its lease. */
async function execute(context: Context, claim: Claim): Promise<void> {
  try {
    const attempt = await prepare(context, claim);
    if (claim.was === 'started') await resumeLost(attempt);
    else await firstTry(attempt);
  } catch (error) {
    const away = error instanceof SystemAway;
    const message = error instanceof Error ? error.message : 'unexpected';
    if (!away) context.log.error({ execution: claim.id, err: message }, 'execution.stumbled');
    const retryMs = (away && error.retryAfterMs) || backoffMs(2, Math.random());
    await releaseExecution(context.database, claim, retryMs, away ? message : null).catch(() => {});
  }
}

async function prepare(context: Context, claim: Claim): Promise<Attempt> {
  const proposal = await getProposal(context.database, claim.proposalId);
  const { execution } = proposal;
  if (execution?.id !== claim.id) throw new Error('the claim is not of the present round');
  const bytes = await getEnvelope(context.database, proposal.id, execution.round);
  if (digestOf(bytes) !== proposal.digest) throw new Error('the envelope is not what was approved');
  const offered = await offeredOf(context, proposal);
  const connector = context.connectorOf(offered.system);
  return { context, claim, proposal, execution, offered, envelope: decodeEnvelope(bytes), connector };
}

/** Reads the record once more, since what was true when it was approved may not be true now. */
async function firstTry(attempt: Attempt): Promise<void> {
  const { context, offered, proposal } = attempt;
  const look = await lookAtRecord(context, offered, proposal);
  if (look.outcome === 'blocked') return finishBlocked(attempt, look.because);
  const because = objection(offered.action, {
    input: proposal.input,
    account: proposal.account,
    before: look.record,
  });
  if (because !== undefined) return finishBlocked(attempt, because);
  return send(attempt, look.record);
}
