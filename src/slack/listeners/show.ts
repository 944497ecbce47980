import { authorize } from '../../domain/authorize.ts';
import { showProposal } from '../commands/show.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

/** Earlier and Later under a proposal's history: another page of it, in its place. Whether they may see it is asked anew. */
export async function turnShowPage(session: Session, click: Click): Promise<void> {
  await click.ack();
  const { person, groups } = await whoActs(session, click.by, { kind: 'audit' });
  const permission = authorize({ kind: 'audit' }, person, session.context.manifests, groups);
  if (!permission.allowed) return click.tell(permission.because);
  const [, page = '0', number = ''] = /^(\d{1,6}) (\d{1,15})$/.exec(click.value) ?? [];
  await click.replace(await showProposal(session, person, number, Number(page)));
}
