import { confirmEnable } from '../../lifecycle/switch.ts';
import { noticeMessage } from '../cards/notice.ts';
import { enableSentence } from '../commands/switch-sentences.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';
import type { Click } from './click.ts';

/** The second operator's button in `alerts`. That it is on again is announced there as a message of its own. */
export async function confirmEnabling(session: Session, click: Click): Promise<void> {
  const { person, groups } = await whoActs(session, click.by, { kind: 'enable' });
  const result = await confirmEnable(session.context, { scope: click.value, person, groups });
  await click.ack();
  switch (result.outcome) {
    case 'enabled':
      await click.replace(noticeMessage(`${person.name} confirmed: ${click.value} is on again.`));
      return;
    case 'not_disabled':
      await click.replace(noticeMessage(`Nobody has to confirm this any more: ${enableSentence(result)}`));
      return;
    case 'refused':
    case 'unknown_scope':
    case 'asked':
      return click.tell(enableSentence(result));
  }
}
