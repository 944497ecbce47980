import { h, type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MessageView } from '../protocol.ts';
import { el } from './el.ts';
import { Message } from './message-view.ts';
import type { Session } from './session.ts';
import { formatDayOf } from './slack-date.ts';
import { useDirectory } from './surface.ts';

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
const NEAR_END = 120;

/** Stays at the end while one is at the end, and where it is while one reads further up. */
export function MessageList(props: MessageListProps): JSX.Element {
  const { messages } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const onScroll = () => {
    const { current } = box;
    if (current) atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END;
  };
  useLayoutEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [messages]);
  return el(
    'div',
    {
      class: 'messages',
      role: 'log',
      'aria-label': props.label,
      'aria-live': 'polite',
      tabIndex: 0,
      ref: box,
      onScroll,
    },
    props.beginning,
    ...messages.flatMap((message, index) =>
      h(Row, { ...props, message, before: messages[index - 1], key: message.ts }),
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
    null,
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
