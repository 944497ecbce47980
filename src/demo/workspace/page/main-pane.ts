import { h, type JSX } from 'preact';
import { AppPane, findAppDm } from './app-pane.ts';
import { ConversationPane } from './conversation-pane.ts';
import type { Prefill } from './draft.ts';
import { el } from './el.ts';
import type { Session } from './session.ts';
import { ThreadPane } from './thread-pane.ts';

export function MainPane({
  session,
  prefill,
}: {
  session: Session;
  prefill: Prefill | undefined;
}): JSX.Element {
  const { state } = session;
  const { workspace, place, threadTs } = state;
  const conversation = workspace.conversations.find(
    (each) => place.kind === 'conversation' && each.id === place.id,
  );
  const inApp = place.kind !== 'conversation' || conversation === findAppDm(workspace);
  const title = inApp
    ? workspace.app.name
    : conversation?.kind === 'dm'
      ? conversation.name
      : `# ${conversation?.name ?? ''}`;
  return el(
    'main',
    { class: threadTs === undefined ? 'main' : 'main with-thread' },
    el(
      'div',
      { class: 'pane' },
      el(
        'header',
        { class: 'pane-head' },
        el('h2', null, title),
        el('span', { class: 'muted topic' }, inApp ? workspace.app.description : (conversation?.topic ?? '')),
      ),
      inApp && h(AppPane, { session }),
      !inApp && conversation && h(ConversationPane, { session, conversation, prefill }),
      !inApp &&
        !conversation &&
        el(
          'div',
          { class: 'empty-state' },
          el('h2', null, 'Not here'),
          el('p', null, 'Whoever you act as now can’t see this conversation.'),
        ),
    ),
    conversation &&
      threadTs !== undefined &&
      h(ThreadPane, { session, conversation, threadTs, key: threadTs }),
  );
}
