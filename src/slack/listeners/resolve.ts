import { noticeMessage } from '../cards/notice.ts';
import { resolveAs } from '../resolve-as.ts';
import type { Session } from '../session.ts';
import type { Click } from './click.ts';

/** The buttons under a page about a write that may have happened. What was said stands in the page's place. */
export async function resolveByButton(session: Session, click: Click): Promise<void> {
  await click.ack();
  const number = /^\d{1,12}$/.test(click.value) ? Number(click.value) : 0;
  const { resolved, text, person } = await resolveAs(
    session,
    click.by,
    number,
    click.actionId === 'resolve_happened',
  );
  if (!resolved || !person) return click.tell(text);
  await click.replace(noticeMessage(`${person.name} looked: ${text}`));
}
