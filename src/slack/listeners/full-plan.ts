import { authorize } from '../../domain/authorize.ts';
import { findRollback } from '../../store/rollbacks.ts';
import { sendPlan } from '../send-plan.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

/** **Full plan** under a rollback: all of it, however long, to who may confirm it. */
export async function sendFullPlan(session: Session, click: Click): Promise<void> {
  await click.ack();
  const { context } = session;
  const act = { kind: 'rollback' } as const;
  const { person, groups } = await whoActs(session, click.by, act);
  const permission = authorize(act, person, context.manifests, groups);
  if (!permission.allowed) return click.tell(permission.because);
  const rollback = await findRollback(context.database, click.value);
  await click.tell(rollback ? await sendPlan(session, rollback, person) : 'There is no such plan.');
}
