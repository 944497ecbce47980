import { handWork } from '../domain/by-hand.ts';
import { isInDoubt } from '../domain/doubt.ts';
import { DRILL } from '../domain/drill-names.ts';
import type { Proposal } from '../domain/proposal.ts';
import { unknownOf } from '../domain/unknown.ts';
import { recordEvent } from '../store/audit.ts';
import { getProposal } from '../store/proposals.ts';
import { resolved } from './announce-acts.ts';
import { cardViewOf } from './card-view-of.ts';
import { byHandMessage } from './cards/by-hand-message.ts';
import type { SlackMessage } from './cards/message.ts';
import { pageMessage } from './cards/page-message.ts';
import { doubtMessage } from './cards/trust-messages.ts';
import { mentionOf } from './mention.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';

/**
 * Asks the system's on-call in `alerts` to look at a write that failed or may have happened or may have been undone, that is theirs to
 * do by hand, or that the second human doubts. Settled meanwhile: nobody is woken.
 */
export async function deliverPage(posting: Posting, proposalId: string): Promise<void> {
  const proposal = await getProposal(posting.context.database, proposalId);
  const isDoubted = isInDoubt(proposal);
  // A drill wakes nobody: its record tells what went wrong.
  if (proposal.agent === DRILL) return;
  const hands = handWork(proposal) !== undefined;
  const lost = unknownOf(proposal);
  const isLost = lost !== undefined;
  if (!isDoubted && !hands && !isLost && proposal.state !== 'failed') return;
  const { offered } = await cardViewOf(posting.context, proposal);
  const onCall = await mentionOf(posting, offered.system.onCall);
  const { channel, ts } = await postAlert(posting, messageOf(proposal));
  if (!lost || hands) return;
  // Its buttons go once somebody has answered, by whatever door; and at once, where that was while it was posted.
  await recordEvent(posting.context.database, 'pages', {
    type: 'page.posted',
    actor: 'countersign',
    number: proposal.number,
    data: { channel, ts, execution: lost.execution },
  });
  const now = await getProposal(posting.context.database, proposalId);
  if (unknownOf(now)?.execution !== lost.execution) await resolved(posting, proposalId);

  function messageOf(written: Proposal): SlackMessage {
    if (hands) return byHandMessage(written, offered, onCall);
    if (isDoubted && !isLost) return doubtMessage(written, offered, onCall, posting.command);
    return pageMessage(written, offered, onCall);
  }
}
