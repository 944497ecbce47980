import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NotificationPreview } from '../protocol.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { usePopover } from './popover.ts';
import { mrkdwnToText } from './prose-text.ts';
import { useDirectory } from './surface.ts';

/** What a notification of each message says: on a desktop from its blocks, on a phone from its `text` alone. */
export function NotificationBell({
  notifications,
}: {
  notifications: readonly NotificationPreview[];
}): JSX.Element {
  const popover = usePopover(360);
  const [seen, setSeen] = useState('');
  const newest = notifications[0]?.ts ?? '';
  const fresh = newest !== '' && newest !== seen;
  const toggle = () => {
    setSeen(newest);
    if (popover.open) popover.hide();
    else popover.show();
  };
  const label = fresh ? 'Notifications, new' : 'Notifications';
  return el(
    'div',
    { class: 'menu-holder' },
    el(
      'button',
      {
        type: 'button',
        ref: popover.anchor,
        class: 'bar-button',
        'aria-label': label,
        title: 'Notifications',
        'aria-expanded': popover.open,
        onClick: toggle,
      },
      h(Icon, { name: 'bell' }),
      fresh && el('span', { class: 'dot', 'aria-hidden': true }),
    ),
    popover.open &&
      el(
        'div',
        {
          ref: popover.panel,
          class: 'popover bell',
          role: 'region',
          'aria-label': 'Notification preview',
          style: popover.style,
        },
        ...notifications.map((each) => h(Preview, { notification: each, key: `${each.channel} ${each.ts}` })),
        notifications.length === 0 &&
          el(
            'p',
            { class: 'muted' },
            'Nothing yet. What people would be notified of shows up here, as on a desktop and as on a phone.',
          ),
      ),
  );
}

function Preview({ notification }: { notification: NotificationPreview }): JSX.Element {
  const { title, desktop, mobile } = useWords(notification);
  return el(
    'article',
    { class: 'preview' },
    el('strong', null, title),
    el(
      'div',
      { class: 'preview-row' },
      el('span', { class: 'tag' }, 'Desktop'),
      el('span', { class: 'preview-text' }, desktop),
    ),
    el(
      'div',
      { class: 'preview-row' },
      el('span', { class: 'tag' }, 'Phone'),
      el('span', { class: 'preview-text' }, mobile),
    ),
  );
}

const TOAST_MS = 6000;

function useWords(notification: NotificationPreview): NotificationPreview {
  const directory = useDirectory();
  const { desktop, mobile } = notification;
  return {
    ...notification,
    desktop: mrkdwnToText(desktop, directory),
    mobile: mrkdwnToText(mobile, directory),
  };
}

/**
 * Passes by without ever being in the way: it takes no presses, and its words are drawn by the style
 * sheet, so that whoever looks for a text in the page finds the message and not its passing shadow.
 */
export function Toast({
  notification,
}: {
  notification: NotificationPreview | undefined;
}): JSX.Element | null {
  const [gone, setGone] = useState('');
  const key = notification ? `${notification.channel} ${notification.ts}` : '';
  useEffect(() => {
    const timer = setTimeout(() => setGone(key), TOAST_MS);
    return () => clearTimeout(timer);
  }, [key]);
  if (!notification || gone === key) return null;
  return h(ToastCard, { notification });
}

function ToastCard({ notification }: { notification: NotificationPreview }): JSX.Element {
  const { title, desktop, mobile } = useWords(notification);
  return el(
    'div',
    { class: 'toast', 'aria-hidden': true },
    el('strong', { 'data-text': title }),
    el('span', { class: 'toast-desktop', 'data-text': desktop }),
    el('span', { class: 'toast-mobile', 'data-text': mobile }),
  );
}
