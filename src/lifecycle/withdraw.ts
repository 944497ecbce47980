import type { Context } from '../context.ts';
import { isOpen, type Proposal } from '../domain/proposal.ts';
import { getProposal } from '../store/proposals.ts';

export type WithdrawResult = { readonly outcome: 'withdrawn' | 'too_late'; readonly proposal: Proposal };

/** The agent takes its own proposal back while nobody has decided. Committed when it resolves to `withdrawn`. */
export async function withdraw(context: Context, id: string): Promise<WithdrawResult> {
  for (;;) {
    const proposal = await getProposal(context.database, id);
    if (proposal.state === 'withdrawn') return { outcome: 'withdrawn', proposal };
    const decided = proposal.decisions.some((each) => each.round === proposal.round);
    if (!isOpen(proposal.state) || decided) return { outcome: 'too_late', proposal };
    const outcome = await context.changes.change({
      id,
      version: proposal.version,
      set: { state: 'withdrawn' },
      events: [{ type: 'proposal.withdrawn', actor: `agent:${proposal.agent}` }],
      outbox: [{ topic: 'card', ref: id }],
    });
    if (outcome === 'applied')
      return { outcome: 'withdrawn', proposal: await getProposal(context.database, id) };
  }
}
