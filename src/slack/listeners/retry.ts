import { retryParked } from '../../lifecycle/retry-parked.ts';
import { formatCount } from '../cards/format-count.ts';
import { noticeMessage } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

/** The button beside what was given up after repeated failure. */
export async function retryGivenUp(session: Session, click: Click): Promise<void> {
  const { person, groups } = await whoActs(session, click.by, { kind: 'retry' });
  const result = await retryParked(session.context, { person, groups });
  await click.ack();
  if (result.outcome === 'refused') return click.tell(result.because);
  const said =
    result.count === 0
      ? 'Nothing is given up any more: somebody was faster, or it was asked for anew.'
      : `${formatCount(result.count, 'update')} tried again. ${session.command} status shows what becomes of it.`;
  if (!(await click.replace(noticeMessage(said)))) await click.tell(said, 'Tried again');
}
