import { listProposals } from '../store/proposals.ts';
import { digestMessage } from './cards/call-messages.ts';
import { lateness } from './cards/proposal-rows.ts';
import { postAt, takeTurn } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';
import { RANK } from './turns.ts';
import { type Turn, whoseTurn } from './whose-turn.ts';

/** Tells one person, or `alerts`, in one message what waits for them; nothing, if nothing does any more. */
export async function deliverDigest(posting: Posting, to: string): Promise<void> {
  const pending = await listProposals(posting.context.database, { states: ['pending'] });
  const turns = await Promise.all(pending.map((proposal) => whoseTurn(posting, proposal)));
  const mine = turns.filter(({ ids }) => ids.includes(to)).map(({ view }) => view);
  if (to === 'alerts') return tellAlerts(posting, turns);
  if (mine.length === 0) return;
  await postAt(posting, await takeTurn(posting, `@${to}`, RANK.call), digestMessage(mine, 'for you'));
}

async function tellAlerts(posting: Posting, turns: readonly Turn[]): Promise<void> {
  const late = turns.map(({ view }) => view).filter(({ proposal }) => lateness(proposal));
  if (late.length > 0) await postAlert(posting, digestMessage(late, 'and nobody has decided in time'));
}
