import type { ModalView } from '@slack/types';
import { type Act, authorize } from '../../domain/authorize.ts';
import { loggable } from '../../logger.ts';
import { noticeModal } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { ask } from '../web.ts';
import { whoActs } from '../who-acts.ts';
import type { Click, Clicker } from './click.ts';
import { openWindow } from './open-window.ts';

/** Opens the window first, since its trigger lasts three seconds, and then finds out whether this person may. */
export async function openAndJudge(session: Session, click: Click, act: Act, view: ModalView): Promise<void> {
  const viewId = await openWindow(session, click, view);
  const because = await whyNot(session, act, click.by);
  if (because === undefined) return;
  await ask(session.web.views.update({ view_id: viewId, view: noticeModal('Not recorded', because) }));
}

/** Only a clear no spares somebody the typing. What can't be found out now is found out when it is sent. */
async function whyNot(session: Session, act: Act, by: Clicker): Promise<string | undefined> {
  const { manifests, log } = session.context;
  try {
    const { person, groups } = await whoActs(session, by, act);
    if (Object.values(groups).includes(null)) return undefined;
    const permission = authorize(act, person, manifests, groups);
    return permission.allowed ? undefined : permission.because;
  } catch (error) {
    log.warn({ err: loggable(error) }, 'slack.not_known_yet');
    return undefined;
  }
}
