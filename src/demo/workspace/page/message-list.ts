import { h, type JSX } from 'preact';
import type { MessageView } from '../protocol.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { Message } from './message-view.ts';
import type { Session } from './session.ts';
import { formatDayOf } from './slack-date.ts';
import { useDirectory } from './surface.ts';
import { useReadingPlace } from './use-reading-place.ts';

export interface MessageListProps {
  readonly messages: readonly MessageView[];
  readonly session: Session;
  readonly label: string;
  readonly inThread: boolean;
  readonly firstUnread?: string | undefined;
  /** What stands before the first message. */
  readonly beginning?: JSX.Element;
}

const CLOSE_SECONDS = 300;

export function MessageList(props: MessageListProps): JSX.Element {
  const { messages, firstUnread } = props;
  const { me } = useDirectory();
  const reading = useReadingPlace(messages, firstUnread, me);
  return el(
    'div',
    { class: 'message-frame' },
    el(
      'div',
      {
        class: 'messages',
        role: 'log',
        'aria-label': props.label,
        'aria-live': 'polite',
        tabIndex: 0,
        ref: reading.box,
        onScroll: reading.onScroll,
      },
      props.beginning,
      ...messages.flatMap((message, index) =>
        h(Row, { ...props, message, before: messages[index - 1], key: message.ts }),
      ),
    ),
    reading.isBehind &&
      el(
        'button',
        { type: 'button', class: 'newer', onClick: reading.catchUp },
        h(Icon, { name: 'down' }),
        'Newer messages',
      ),
  );
}

type RowProps = Omit<MessageListProps, 'beginning'> & {
  message: MessageView;
  before: MessageView | undefined;
};

function Row({ message, before, session, inThread, firstUnread }: RowProps): JSX.Element {
  const { viewer } = useDirectory();
  const day = formatDayOf(message.ts, viewer);
  const newDay = !before || formatDayOf(before.ts, viewer) !== day;
  const isNew = firstUnread === message.ts;
  const compact = !newDay && !isNew && !before.ephemeral && follows(before, message);
  return el(
    'div',
    { 'data-row': message.ts },
    newDay && !inThread && el('div', { class: 'day', role: 'separator' }, el('span', null, day)),
    isNew && el('div', { class: 'new-line', role: 'separator' }, el('span', null, 'New')),
    h(Message, { message, session, inThread, compact }),
  );
}

function follows(before: MessageView, message: MessageView): boolean {
  const near = Number(message.ts) - Number(before.ts) < CLOSE_SECONDS;
  return (
    near &&
    before.author.id === message.author.id &&
    message.blocks.length === 0 &&
    before.blocks.length === 0
  );
}
