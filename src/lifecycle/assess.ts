import type { Context } from '../context.ts';
import { findAction, type OfferedAction } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { getProposal } from '../store/proposals.ts';
import { block, judge } from './judge.ts';
import { lookAtRecord } from './record.ts';

/**
 * Judges a received proposal. Level-triggered: does nothing if it is judged already. Committed when it returns; throws
 * {@link SystemAway} to be tried again.
 */
export async function assess(context: Context, id: string): Promise<void> {
  const proposal = await getProposal(context.database, id);
  if (proposal.state !== 'received') return;
  const offered = await offeredOf(context, proposal);
  const look = await lookAtRecord(context, offered, proposal);
  const { version, round } = proposal;
  const change =
    look.outcome === 'blocked'
      ? block(id, version, look.because, null)
      : judge({ offered, proposal, version, round, before: look.record });
  await context.changes.change({ ...change, unexpired: true });
}

/** The action as the version that judged the proposal has it. */
export async function offeredOf(
  context: Context,
  proposal: Pick<Proposal, 'policy' | 'action'>,
): Promise<OfferedAction> {
  const offered = findAction(await context.policyOf(proposal.policy), proposal.action);
  if (!offered) throw new Error(`${proposal.policy} has no action ${proposal.action}`);
  return offered;
}
