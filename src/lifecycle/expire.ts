import type { Context } from '../context.ts';
import { isOpen } from '../domain/proposal.ts';
import { listExpired } from '../store/due-proposals.ts';
import { getProposal } from '../store/proposals.ts';

const BATCH = 1_000;

type Expiring = Pick<Context, 'database' | 'changes'>;

/**
 * Ends what nobody decided in time. Nothing is written; `expired` is not `rejected`. A sweep by the database's clock: ticks may
 * double or be missed. Returns how many ended by this call.
 */
export async function expireDue(context: Expiring): Promise<number> {
  let ended = 0;
  for (;;) {
    const due = await listExpired(context.database, BATCH);
    const outcomes = await Promise.all(due.map((id) => expire(context, id)));
    ended += outcomes.filter(Boolean).length;
    if (due.length < BATCH) return ended;
  }
}

async function expire(context: Expiring, id: string): Promise<boolean> {
  const proposal = await getProposal(context.database, id);
  if (!isOpen(proposal.state)) return false;
  const outcome = await context.changes.change({
    id,
    version: proposal.version,
    set: { state: 'expired' },
    events: [
      {
        type: 'proposal.expired',
        actor: 'countersign',
        data: { expired_at: proposal.expiresAt?.toISOString() ?? null },
      },
    ],
    outbox: [{ topic: 'card', ref: id }],
  });
  return outcome === 'applied';
}
