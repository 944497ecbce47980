import { h, type JSX } from 'preact';
import type { ConversationSummary } from '../protocol.ts';
import { Composer } from './composer.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { MessageList } from './message-list.ts';
import type { Session } from './session.ts';

export interface ThreadPaneProps {
  readonly session: Session;
  readonly conversation: ConversationSummary;
  readonly threadTs: string;
}

export function ThreadPane({ session, conversation, threadTs }: ThreadPaneProps): JSX.Element {
  const { state } = session;
  const name = conversation.kind === 'dm' ? conversation.name : `#${conversation.name}`;
  return el(
    'aside',
    { class: 'thread', 'aria-label': 'Thread' },
    el(
      'header',
      { class: 'pane-head' },
      el('h2', null, 'Thread'),
      el('span', { class: 'muted grow' }, name),
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Close thread',
          onClick: () => session.openThread(undefined),
        },
        h(Icon, { name: 'close' }),
      ),
    ),
    state.thread
      ? h(MessageList, {
          messages: state.thread.messages,
          session,
          label: 'Messages in the thread',
          inThread: true,
        })
      : el('div', { class: 'messages', 'aria-busy': true }),
    conversation.closedBecause
      ? el('div', { class: 'closed' }, conversation.closedBecause)
      : h(Composer, { session, channel: conversation.id, threadTs, label: 'Reply…', key: threadTs }),
  );
}
