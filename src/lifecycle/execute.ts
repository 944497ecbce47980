import type { Context } from '../context.ts';
import { backoffMs } from '../domain/handoff.ts';
import { patienceOf } from '../errors.ts';
import { isPassing } from '../store/database.ts';
import { type Claim, claimExecutions, releaseExecution } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import type { Attempt } from './attempt.ts';
import { finishStumbled } from './finish.ts';
import { resumeLost, send } from './hand-off.ts';
import { askLeave, refuseClosed, SystemAway } from './pace.ts';
import { lookAgain, prepare } from './prepare.ts';
import { looksOf } from './record.ts';
import { startWrite } from './start-write.ts';
import { undoOne } from './undo.ts';

/** Outlasts the reads and the write of one attempt, each of 30 s at most. */
const LEASE_MS = 150_000;

/** Claims due writes and carries each as far as it goes now. Returns how many were claimed. */
export async function executeDue(context: Context, limit: number): Promise<number> {
  const claims = await claimDue(context, limit);
  await Promise.all(claims.map((claim) => execute(context, claim)));
  return claims.length;
}

/** Claims due writes, so many at most, each to be carried on by {@link execute}. */
export async function claimDue(context: Context, limit: number): Promise<Claim[]> {
  const except = Object.values(context.manifests.systems).flatMap((system) =>
    system.connector.type === 'queue' ? [system.id] : [],
  );
  return claimExecutions(context.database, context.worker, LEASE_MS, limit, { except });
}

/** Never throws: what goes wrong before the write gives the claim back, what goes wrong after it leaves it to its lease. */
export async function execute(context: Context, claim: Claim): Promise<void> {
  await orGiveBack(context, claim, async () => {
    if (claim.kind === 'compensate') return undoOne(context, claim);
    const attempt = await prepare(context, claim);
    if (!claim.isOff) refuseClosed(context, attempt.offered.system, attempt.proposal.readAt);
    if (claim.was === 'started') await resumeLost(attempt);
    else await firstTry(attempt);
  });
}

/** Beyond what passes by itself. They take half a minute in all. */
const MOST_STUMBLES = 5;

/**
 * Gives the claim back if what is to be done with it throws: patiently if the system is away, ever more slowly after errors of ours,
 * which end it after a few in a row, so that it holds up its account no longer.
 */
export async function orGiveBack<T>(
  context: Context,
  claim: Claim,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    await giveBack(context, claim, error).catch(() => {});
    return undefined;
  }
}

async function giveBack(context: Context, claim: Claim, error: unknown): Promise<void> {
  const { database } = context;
  const message = error instanceof Error ? error.message : 'unexpected';
  if (error instanceof SystemAway)
    return releaseExecution(database, claim, error.retryAfterMs || backoffMs(2, Math.random()), message);
  context.log.error({ execution: claim.id, err: message }, 'execution.stumbled');
  if (patienceOf(error).retry || isPassing(error))
    return releaseExecution(database, claim, backoffMs(2, Math.random()), null);
  const stumbles = (claim.stumbles ?? 0) + 1;
  if (stumbles >= MOST_STUMBLES && claim.kind === 'forward') {
    const proposal = await getProposal(database, claim.proposalId);
    if (proposal.state === 'approved' || proposal.state === 'executing')
      return finishStumbled({ context, claim, proposal, version: proposal.version });
  }
  await releaseExecution(database, claim, backoffMs(stumbles + 1, Math.random()), null, true);
}

async function firstTry(attempt: Attempt): Promise<void> {
  const { context, offered } = attempt;
  const { system, action } = offered;
  switch (system.connector.type) {
    case 'http':
    case 'mcp': {
      await askLeave(context, system, looksOf(action) + 1 + (action.after ? 1 : 0));
      const look = await lookAgain(attempt);
      return look && send(attempt, look.record);
    }
    case 'manual': {
      const looks = looksOf(action);
      if (looks > 0) await askLeave(context, system, looks);
      // From here on it waits for settleManual.
      if (await lookAgain(attempt)) await startWrite(attempt, 0, true);
      return;
    }
    case 'queue':
      throw new SystemAway(`${system.title} collects its writes itself`);
  }
}
