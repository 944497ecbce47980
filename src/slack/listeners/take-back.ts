import { takeBack } from '../../lifecycle/take-back.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';
import { lookAtCard } from './look-at-card.ts';
import { startRecording } from './recording.ts';

/** Stops an approval before its write. Only acknowledged once that is committed. */
export async function takeApprovalBack(session: Session, click: Click): Promise<void> {
  const look = await lookAtCard(session, click.card);
  if (look.outcome === 'refused') {
    await click.ack();
    return click.tell(look.because);
  }
  const { proposal, digest } = look.act;
  const who = await whoActs(session, click.by, { ...look.act, kind: 'take_back' });
  const result = await takeBack(session.context, { proposalId: proposal.id, digest, ...who });
  await click.ack();
  if (result.outcome === 'refused') await click.tell(result.because);
  const recording = startRecording(session, click, look, 'approval');
  await recording.settle(result.outcome === 'refused' ? undefined : result.proposal);
}
