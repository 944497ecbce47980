import { getProposal } from '../store/proposals.ts';
import { cardViewOf } from './card-view-of.ts';
import { pageMessage } from './cards/alerts.ts';
import { mentionOf } from './mention.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';

/** Asks the system's on-call in `alerts` to look at a write that failed or may have happened. Settled meanwhile: nobody is woken. */
export async function deliverPage(posting: Posting, proposalId: string): Promise<void> {
  const proposal = await getProposal(posting.context.database, proposalId);
  if (proposal.state !== 'failed' && proposal.state !== 'unknown') return;
  const { offered } = await cardViewOf(posting.context, proposal);
  const onCall = await mentionOf(posting, offered.system.onCall);
  await postAlert(posting, pageMessage(proposal, offered, onCall));
}
