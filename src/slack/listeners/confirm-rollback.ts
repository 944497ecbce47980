import { confirmRollback } from '../../lifecycle/confirm-rollback.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

/** The second operator's **Roll back** under a plan in `alerts`. How it goes on is shown in that message's place. */
export async function confirmRollingBack(session: Session, click: Click): Promise<void> {
  const [id = '', digest = ''] = click.value.split(' ');
  const { person, groups } = await whoActs(session, click.by, { kind: 'rollback' });
  const result = await confirmRollback(session.context, { id, digest, person, groups });
  await click.ack();
  if (result.outcome === 'refused') await click.tell(`Nothing was undone. ${result.because}`);
}
