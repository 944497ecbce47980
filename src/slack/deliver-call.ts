import type { Proposal } from '../domain/proposal.ts';
import { listCards } from '../store/cards.ts';
import { getProposal } from '../store/proposals.ts';
import { callMessage, reminderMessage } from './cards/call-messages.ts';
import { postAt, takeTurn } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';
import { RANK } from './turns.ts';
import { SlackAway } from './web.ts';
import { whoseTurn } from './whose-turn.ts';

/**
 * Posts one message of a step, `<proposal>:<round>:<n>:` and `thread` (a reminder under the card, which mentions only who is at work and
 * whose turn it is), `alerts` or a person's id (a page). Decided meanwhile: nobody is called.
 */
export async function deliverCall(posting: Posting, ref: string): Promise<void> {
  const [id = '', round, , to = ''] = ref.split(':');
  const proposal = await getProposal(posting.context.database, id);
  if (proposal.state !== 'pending' || proposal.round !== Number(round)) return;
  if (to === 'thread') return remindInThread(posting, proposal);
  const { view, ids } = await whoseTurn(posting, proposal);
  if (to === 'alerts') {
    await postAlert(posting, callMessage(view, ids));
    return;
  }
  await postAt(posting, await takeTurn(posting, `@${to}`, RANK.call), callMessage(view, []));
}

async function remindInThread(posting: Posting, proposal: Proposal): Promise<void> {
  const { view, ids } = await whoseTurn(posting, proposal);
  const atWork: string[] = [];
  for (const id of ids) if ((await posting.hours.untilWork(id, proposal.readAt)) === 0) atWork.push(id);
  if (atWork.length === 0) return;
  const cards = await listCards(posting.context.database, proposal.id);
  const card = cards.findLast(({ target }) => target.startsWith('#'));
  if (!card) throw new SlackAway(`the card of #${proposal.number} is not in its channel yet`);
  await posting.turns.take(card.channel, RANK.call);
  await postAt(posting, card.channel, reminderMessage(view, atWork), card.ts);
}
