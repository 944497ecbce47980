import { h, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ConversationSummary } from '../protocol.ts';
import { Composer } from './composer.ts';
import type { Prefill } from './draft.ts';
import { el } from './el.ts';
import { MessageList } from './message-list.ts';
import type { Session } from './session.ts';

export interface ConversationPaneProps {
  readonly session: Session;
  readonly conversation: ConversationSummary;
  readonly prefill: Prefill | undefined;
}

export function ConversationPane({ session, conversation, prefill }: ConversationPaneProps): JSX.Element {
  const { state } = session;
  const view = state.conversation?.conversation.id === conversation.id ? state.conversation : undefined;
  const name = conversation.kind === 'dm' ? conversation.name : `#${conversation.name}`;
  const last = view?.messages.at(-1)?.ts;
  const me = state.workspace.me;
  useEffect(() => {
    if (last !== undefined && conversation.unread > 0 && document.visibilityState === 'visible') {
      void session.act({ act: 'read', as: me, channel: conversation.id });
    }
  }, [last, conversation.unread]);
  if (!conversation.isMember) return h(NotAMember, { name });
  return el(
    'div',
    { class: 'conversation' },
    view
      ? h(MessageList, {
          key: conversation.id,
          messages: view.messages,
          session,
          label: `Messages in ${name}`,
          inThread: false,
          firstUnread: view.firstUnread,
          beginning: h(Beginning, { conversation, name }),
        })
      : el('div', { class: 'messages', 'aria-busy': true }),
    conversation.closedBecause
      ? el('div', { class: 'closed' }, conversation.closedBecause)
      : h(Composer, {
          session,
          channel: conversation.id,
          label: `Message ${name}`,
          prefill,
          key: conversation.id,
        }),
  );
}

function NotAMember({ name }: { name: string }): JSX.Element {
  return el(
    'div',
    { class: 'empty-state' },
    el('h2', null, `You’re not a member of ${name}`),
    el('p', null, 'Whoever you act as now can’t see what is written here, and can’t decide anything here.'),
  );
}

function Beginning({ conversation, name }: { conversation: ConversationSummary; name: string }): JSX.Element {
  const about =
    conversation.kind === 'dm'
      ? `This conversation is just between ${conversation.name} and you.`
      : `This is the very beginning of ${name}. ${conversation.topic}`;
  return el('div', { class: 'beginning' }, el('h2', null, name), el('p', { class: 'muted' }, about));
}
