import { uuidv7 } from 'uuidv7';
import type { Context } from '../context.ts';
import { doubterOf, isInDoubt } from '../domain/doubt.ts';
import type { OutboxRow } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { findRollback } from '../store/rollbacks.ts';
import { makePlan } from './plan-rollback.ts';

/** What a write in doubt sets going: its card, a page in Slack and of the pager, and the plan of its rollback, once. */
export function doubtRows(proposalId: string): OutboxRow[] {
  return [
    { topic: 'card', ref: proposalId },
    { topic: 'page', ref: proposalId },
    { topic: 'on_call', ref: proposalId },
    { topic: 'doubt', ref: `${proposalId}:${uuidv7()}` },
  ];
}

/**
 * Plans the undoing of a write that the second human objected to, or that nobody reviewed in time, in their name: an operator, who is
 * never the one who objected, confirms it. `ref` is `<proposal>:<plan>`: however often it is asked, it is one plan. Nothing is undone by
 * it; what has no way back, or is on its way back already, is left to the page.
 */
export async function planDoubted(context: Context, ref: string): Promise<void> {
  const [proposalId = '', id = ''] = ref.split(':');
  const proposal = await getProposal(context.database, proposalId);
  if (!isInDoubt(proposal) || !proposal.reversible || proposal.undoing) return;
  if (await findRollback(context.database, id)) return;
  const scope = { kind: 'proposal', subject: String(proposal.number) } as const;
  const planned = await makePlan(context, { id, scope, since: null, by: doubterOf(proposal) });
  if (planned.outcome === 'refused')
    context.log.warn({ proposal: proposalId, because: planned.because }, 'rollback.not_planned');
}
