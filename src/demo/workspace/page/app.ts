import { h, type JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ConfirmDialog } from './confirm-dialog.ts';
import { makeDirectory } from './directory.ts';
import type { Prefill } from './draft.ts';
import { el } from './el.ts';
import { GuidePanel, type TourStep } from './guide-panel.ts';
import { readLocation, rememberPerson, writeLocation } from './location.ts';
import { MainPane } from './main-pane.ts';
import { Modal } from './modal-view.ts';
import { Toast } from './notification-bell.ts';
import type { Place } from './page-state.ts';
import { RequestPanel } from './request-panel.ts';
import { type Session, useSession } from './session.ts';
import { Sidebar } from './sidebar.ts';
import { ConfirmContext, DirectoryContext } from './surface.ts';
import { useTheme } from './theme.ts';
import { TopBar } from './top-bar.ts';
import { useConfirm } from './use-confirm.ts';

const start = readLocation(window.location.search);

export function App(): JSX.Element {
  const [person, become] = useState(start.as);
  const session = useSession(person, start.place);
  if (session instanceof Error) return h(Failure, { failure: session });
  if (!session) return el('p', { class: 'loading', role: 'status' }, 'Opening the workspace…');
  return h(Workspace, { session, become });
}

function Failure({ failure }: { failure: Error }): JSX.Element {
  return el(
    'div',
    { class: 'loading', role: 'alert' },
    el(
      'div',
      null,
      el('p', null, failure.message),
      el('p', null, el('a', { href: '/?as=' }, 'Open the workspace from its start')),
    ),
  );
}

const GUIDE_SEEN = 'workspace-guide-closed';
const WIDE = '(min-width: 1100px)';
const ROOM_FOR_THREAD_TOO = '(min-width: 1500px)';

/** One panel at a time, and on a narrower screen a thread is one too: two would leave no room for what is looked at. */
type Beside = 'guide' | 'requests' | undefined;

function firstBeside(): Beside {
  return localStorage.getItem(GUIDE_SEEN) === null && matchMedia(WIDE).matches ? 'guide' : undefined;
}

/** Slack notifies nobody of what they are looking at. */
function isInView(channel: string, place: Place): boolean {
  return document.visibilityState === 'visible' && place.kind === 'conversation' && place.id === channel;
}

function Workspace({ session, become }: { session: Session; become: (id: string) => void }): JSX.Element {
  const { state } = session;
  const { workspace, place, modals } = state;
  const [theme, flipTheme] = useTheme();
  const [drawer, setDrawer] = useState(false);
  const [beside, setBeside] = useState(firstBeside);
  const [prefill, setPrefill] = useState<Prefill>();
  const [confirm, ask] = useConfirm();
  const directory = useMemo(
    () => makeDirectory(workspace, workspace.me, new Date(workspace.now)),
    [workspace],
  );
  useEffect(() => {
    rememberPerson(workspace.me);
    window.history.replaceState(null, '', writeLocation(workspace.me, place));
  }, [workspace.me, place]);
  const show = (next: Beside) => {
    if (beside === 'guide') localStorage.setItem(GUIDE_SEEN, 'yes');
    if (next && !matchMedia(ROOM_FOR_THREAD_TOO).matches) session.openThread(undefined);
    setBeside(next);
  };
  useEffect(() => {
    if (state.threadTs !== undefined && !matchMedia(ROOM_FOR_THREAD_TOO).matches) setBeside(undefined);
  }, [state.threadTs]);
  const take = (step: TourStep) => {
    const as = workspace.people.find((each) => each.id === step.as || each.handle === step.as);
    const channel = workspace.conversations.find(
      (each) => each.id === step.channel || `#${each.name}` === step.channel || each.name === step.channel,
    );
    become(as?.id ?? step.as);
    const id = channel?.id ?? step.channel;
    if (id !== undefined) session.go({ kind: 'conversation', id });
    const text = step.prefill;
    setPrefill(text === undefined ? undefined : { text, done: () => setPrefill(undefined) });
    if (!matchMedia(WIDE).matches) show(undefined);
  };
  const top = modals.at(-1);
  return h(
    DirectoryContext,
    { value: directory },
    h(
      ConfirmContext,
      { value: ask },
      el(
        'div',
        { class: 'app', inert: top !== undefined || confirm !== undefined },
        h(TopBar, {
          session,
          become,
          theme,
          flipTheme,
          drawer: { open: drawer, toggle: () => setDrawer(!drawer) },
          requests: {
            open: beside === 'requests',
            toggle: () => show(beside === 'requests' ? undefined : 'requests'),
          },
          guide: workspace.tour && {
            open: beside === 'guide',
            toggle: () => show(beside === 'guide' ? undefined : 'guide'),
          },
        }),
        el(
          'div',
          { class: 'columns' },
          h(Sidebar, { session, open: drawer, close: () => setDrawer(false) }),
          drawer && el('div', { class: 'drawer-shade', onClick: () => setDrawer(false) }),
          h(MainPane, { session, prefill }),
          beside === 'requests' &&
            h(RequestPanel, { requests: state.requests, close: () => show(undefined) }),
          beside === 'guide' &&
            workspace.tour &&
            h(GuidePanel, { tour: workspace.tour, session, take, close: () => show(undefined) }),
        ),
        h(Toast, { notification: state.notifications.find(({ channel }) => !isInView(channel, place)) }),
      ),
      top && h(Modal, { key: top.id, modal: top, depth: modals.length - 1, session }),
      confirm && h(ConfirmDialog, confirm),
    ),
  );
}
