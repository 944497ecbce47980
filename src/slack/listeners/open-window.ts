import type { ModalView } from '@slack/types';
import type { Session } from '../session.ts';
import { ask, SlackAway } from '../web.ts';
import type { Click } from './click.ts';

/** Opens a window, or shows it in place of the one that the click was in. Answers with its id. */
export async function openWindow(
  { web }: Session,
  click: Pick<Click, 'viewId' | 'triggerId'>,
  view: ModalView,
): Promise<string> {
  const opened = await ask(
    click.viewId
      ? web.views.update({ view_id: click.viewId, view })
      : web.views.open({ trigger_id: click.triggerId, view }),
  );
  if (!opened.view?.id) throw new SlackAway('Slack opened a window without saying which');
  return opened.view.id;
}
