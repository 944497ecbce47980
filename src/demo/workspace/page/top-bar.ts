import { h, type JSX } from 'preact';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { NotificationBell } from './notification-bell.ts';
import { PersonSwitcher } from './person-switcher.ts';
import type { Session } from './session.ts';
import type { Theme } from './theme.ts';

export interface TopBarProps {
  readonly session: Session;
  readonly become: (id: string) => void;
  readonly theme: Theme;
  readonly flipTheme: () => void;
  readonly drawer: { open: boolean; toggle: () => void };
  readonly requests: { open: boolean; toggle: () => void };
  readonly guide: { open: boolean; toggle: () => void } | undefined;
}

export function TopBar(props: TopBarProps): JSX.Element {
  const { workspace, live, notifications, requests } = props.session.state;
  const failed = requests.filter((each) => each.ok === false || each.findings.length > 0).length;
  const next = props.theme === 'dark' ? 'light' : 'dark';
  return el(
    'header',
    { class: 'top-bar' },
    el(
      'button',
      {
        type: 'button',
        class: 'bar-button drawer-button',
        'aria-label': 'Conversations',
        'aria-expanded': props.drawer.open,
        onClick: props.drawer.toggle,
      },
      h(Icon, { name: 'menu' }),
    ),
    el('h1', null, workspace.team.name, el('span', { class: 'subtitle' }, 'Local workspace')),
    !live && el('span', { class: 'offline', role: 'status' }, 'Connecting…'),
    el('span', { class: 'grow' }),
    props.guide &&
      el(
        'button',
        {
          type: 'button',
          class: 'bar-button worded',
          'aria-label': 'What to try',
          'aria-expanded': props.guide.open,
          onClick: props.guide.toggle,
        },
        h(Icon, { name: 'bulb' }),
        el('span', { class: 'word' }, 'What to try'),
      ),
    el(
      'button',
      {
        type: 'button',
        class: 'bar-button worded',
        'aria-label': failed > 0 ? `Requests, ${failed} with problems` : 'Requests',
        'aria-expanded': props.requests.open,
        onClick: props.requests.toggle,
      },
      h(Icon, { name: 'swap' }),
      el('span', { class: 'word' }, 'Requests'),
      failed > 0 && el('span', { class: 'badge' }, String(failed)),
    ),
    h(NotificationBell, { notifications }),
    el(
      'button',
      {
        type: 'button',
        class: 'bar-button',
        'aria-label': `Use the ${next} theme`,
        title: `Use the ${next} theme`,
        onClick: props.flipTheme,
      },
      h(Icon, { name: props.theme === 'dark' ? 'sun' : 'moon' }),
    ),
    h(PersonSwitcher, { workspace, become: props.become }),
  );
}
