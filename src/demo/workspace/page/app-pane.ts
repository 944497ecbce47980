import { h, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { HomeView, WorkspaceView } from '../protocol.ts';
import { Blocks } from './block-view.ts';
import { ConversationPane } from './conversation-pane.ts';
import { el } from './el.ts';
import type { Session } from './session.ts';
import { SurfaceContext } from './surface.ts';
import { useBlockSurface } from './use-surface.ts';

export function findAppDm(workspace: WorkspaceView) {
  return workspace.conversations.find((each) => each.withPerson === workspace.app.botUser);
}

type Tab = 'home' | 'messages' | 'about';

/** The app's own place: what it published for this person, its direct messages, and what it is. */
export function AppPane({ session }: { session: Session }): JSX.Element {
  const { workspace, place } = session.state;
  const { app, me } = workspace;
  const dm = findAppDm(workspace);
  const tab: Tab = place.kind === 'conversation' ? 'messages' : place.kind;
  useEffect(() => {
    if (tab !== 'about') void session.act({ act: 'open_home', as: me, tab });
  }, [tab, me]);
  const openMessages = async () => {
    if (dm) return session.go({ kind: 'conversation', id: dm.id });
    const opened = await session.act({ act: 'open_dm', as: me, withPerson: app.botUser });
    if (opened.ok && opened.channel) session.go({ kind: 'conversation', id: opened.channel });
  };
  const tabs: readonly { tab: Tab; name: string; shown: boolean; open: () => void }[] = [
    { tab: 'home', name: 'Home', shown: app.homeEnabled, open: () => session.go({ kind: 'home' }) },
    { tab: 'messages', name: 'Messages', shown: app.messagesEnabled, open: () => void openMessages() },
    { tab: 'about', name: 'About', shown: true, open: () => session.go({ kind: 'about' }) },
  ];
  const drawn = tabs
    .filter((each) => each.shown)
    .map((each) =>
      el(
        'button',
        {
          type: 'button',
          class: 'tab',
          role: 'tab',
          id: `tab-${each.tab}`,
          'aria-selected': each.tab === tab,
          onClick: each.open,
        },
        each.name,
      ),
    );
  return el(
    'div',
    { class: 'app-pane' },
    el('div', { class: 'tabs', role: 'tablist', 'aria-label': app.name }, ...drawn),
    el(
      'div',
      { class: 'tab-panel', role: 'tabpanel', 'aria-labelledby': `tab-${tab}` },
      tab === 'home' && h(Home, { session, home: session.state.home, key: me }),
      tab === 'messages' && dm && h(ConversationPane, { session, conversation: dm, prefill: undefined }),
      tab === 'about' && h(About, { workspace }),
    ),
  );
}

function Home({ session, home }: { session: Session; home: HomeView | undefined }): JSX.Element {
  const { workspace } = session.state;
  const blocks = home?.blocks ?? [];
  const surface = useBlockSurface({
    kind: 'home',
    place: { kind: 'view', viewId: home?.viewId ?? '' },
    blocks,
    me: workspace.me,
    act: session.act,
    ...(home?.problem && { problem: home.problem }),
  });
  if (!home?.blocks) {
    return el(
      'div',
      { class: 'empty-state' },
      el('h2', null, `This is the very beginning of ${workspace.app.name}`),
      el('p', null, 'The app has not published anything for you yet.'),
    );
  }
  return el(
    'div',
    { class: 'home', 'aria-live': 'polite' },
    h(SurfaceContext, { value: surface }, h(Blocks, { blocks })),
  );
}

function About({ workspace }: { workspace: WorkspaceView }): JSX.Element {
  const { app } = workspace;
  return el(
    'div',
    { class: 'about' },
    el('h2', null, app.name),
    el('p', null, app.description),
    el('h3', null, 'Commands'),
    el(
      'dl',
      null,
      ...workspace.commands.flatMap((each) => [
        el('dt', null, el('code', null, `${each.command} ${each.usageHint}`)),
        el('dd', null, each.description),
      ]),
    ),
    el('h3', null, 'Shortcuts'),
    el(
      'dl',
      null,
      ...workspace.shortcuts.flatMap((each) => [el('dt', null, each.name), el('dd', null, each.description)]),
    ),
    el('p', { class: 'muted' }, `App id ${app.id} · bot user ${app.botUser}`),
  );
}
