import { noticeMessage } from '../cards/notice.ts';
import { resolveAs } from '../resolve-as.ts';
import type { Session } from '../session.ts';
import type { Click } from './click.ts';

/** The buttons under a page about a write that may have happened, or been undone. What was said stands in the page's place. */
export async function resolveByButton(session: Session, click: Click): Promise<void> {
  await click.ack();
  const [, number = '0', execution = ''] = /^(\d{1,12}) (\S{1,100})$/.exec(click.value) ?? [];
  const { resolved, text, person } = await resolveAs(session, click.by, {
    number: Number(number),
    execution,
    happened: click.actionId === 'resolve_happened',
  });
  if (!resolved || !person) return click.tell(text);
  await click.replace(noticeMessage(`${person.name} looked: ${text}`));
}
