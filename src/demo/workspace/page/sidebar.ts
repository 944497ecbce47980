import { h, type JSX } from 'preact';
import type { ConversationSummary, WorkspaceView } from '../protocol.ts';
import { findAppDm } from './app-pane.ts';
import { Avatar } from './avatar.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import type { Place } from './page-state.ts';
import type { Session } from './session.ts';

export interface SidebarProps {
  readonly session: Session;
  readonly open: boolean;
  readonly close: () => void;
}

/** On a phone it is a drawer. */
export function Sidebar({ session, open, close }: SidebarProps): JSX.Element {
  const { workspace, place } = session.state;
  const appDm = findAppDm(workspace);
  const go = (to: Place) => {
    session.go(to);
    close();
  };
  const row = (each: ConversationSummary) =>
    h(Row, {
      key: each.id,
      name: each.name,
      mark:
        each.kind === 'dm'
          ? h(Avatar, { name: each.name, small: true })
          : each.kind === 'private'
            ? h(Icon, { name: 'lock' })
            : '#',
      unread: each.unread,
      dimmed: !each.isMember,
      current: place.kind === 'conversation' && place.id === each.id,
      open: () => go({ kind: 'conversation', id: each.id }),
    });
  const channels = workspace.conversations.filter((each) => each.kind !== 'dm').sort(byName);
  const dms = workspace.conversations.filter((each) => each.kind === 'dm' && each !== appDm);
  const inApp = place.kind !== 'conversation' || place.id === appDm?.id;
  return el(
    'nav',
    { class: open ? 'sidebar open' : 'sidebar', 'aria-label': 'Conversations' },
    h(Section, { title: 'Channels' }, ...channels.map(row)),
    dms.length > 0 && h(Section, { title: 'Direct messages' }, ...dms.map(row)),
    h(
      Section,
      { title: 'Apps' },
      h(Row, {
        name: workspace.app.name,
        mark: h(Avatar, { name: workspace.app.name, isBot: true, small: true }),
        unread: appDm?.unread ?? 0,
        dimmed: false,
        current: inApp,
        open: () => go(placeOfApp(workspace, appDm)),
      }),
    ),
  );
}

/** Slack opens the Messages tab of an app that has written something new, else its Home. */
function placeOfApp(workspace: WorkspaceView, appDm: ConversationSummary | undefined): Place {
  if (appDm && (appDm.unread > 0 || !workspace.app.homeEnabled))
    return { kind: 'conversation', id: appDm.id };
  return { kind: workspace.app.homeEnabled ? 'home' : 'about' };
}

function byName(one: ConversationSummary, other: ConversationSummary): number {
  return one.name.localeCompare(other.name);
}

function Section({ title, children }: { title: string; children?: unknown }): JSX.Element {
  const rows = Array.isArray(children) ? children : [children];
  return el('section', { 'aria-label': title }, el('h2', null, title), el('ul', null, ...rows));
}

interface RowProps {
  name: string;
  mark: JSX.Element | string;
  unread: number;
  dimmed: boolean;
  current: boolean;
  open: () => void;
}

function Row({ name, mark, unread, dimmed, current, open }: RowProps): JSX.Element {
  const classes = ['side-row', unread > 0 && 'unread', dimmed && 'dimmed', current && 'current'];
  return el(
    'li',
    null,
    el(
      'button',
      {
        type: 'button',
        class: classes.filter(Boolean).join(' '),
        'aria-label': unread > 0 ? `${name}, ${unread} unread` : name,
        ...(current && { 'aria-current': 'page' as const }),
        onClick: open,
      },
      el('span', { class: 'side-mark', 'aria-hidden': true }, mark),
      el('span', { class: 'side-name' }, name),
      unread > 0 && el('span', { class: 'badge', 'aria-hidden': true }, String(unread)),
    ),
  );
}
