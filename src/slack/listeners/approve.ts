import type { Proposal } from '../../domain/proposal.ts';
import { enqueue } from '../../store/outbox.ts';
import { getProposal } from '../../store/proposals.ts';
import { cardViewOf } from '../card-view-of.ts';
import { decisionCard } from '../cards/decision-card.ts';
import type { Session } from '../session.ts';
import type { Click } from './click.ts';
import { decideOn } from './decide-on.ts';

/** Only acknowledged once the decision is committed: Slack never sends a click again. */
export async function approve(session: Session, click: Click): Promise<void> {
  const result = await decideOn(session, click.card, click.by, { verdict: 'approved', reason: null });
  await click.ack();
  if (result.outcome === 'refused') {
    await click.tell(result.because);
    return;
  }
  await showAtOnce(session, click, result.proposal);
}

/** The outbox brings every copy up to date, and so has the last word if the proposal moved on while this one was shown. */
async function showAtOnce({ context }: Session, click: Click, proposal: Proposal): Promise<void> {
  await click.replace(decisionCard(await cardViewOf(context, proposal)));
  const now = await getProposal(context.database, proposal.id);
  if (now.version === proposal.version && now.paused === proposal.paused) return;
  await enqueue(context.database, [{ topic: 'card', ref: proposal.id }]);
}
