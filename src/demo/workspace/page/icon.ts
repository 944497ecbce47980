import type { JSX } from 'preact';
import { el } from './el.ts';

/** Strokes in a box of 24 × 24; drawn, so that they look the same where no emoji font is. */
const PATHS = {
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4',
  bolt: 'M13 3 5 14h6l-1 7 8-11h-6z',
  bulb: 'M9 18h6M10 21h4M8.5 15.5a6 6 0 1 1 7 0c-.6.5-.9 1.2-.9 2h-5.2c0-.8-.3-1.5-.9-2z',
  check: 'm5 12.5 5 5 9-11',
  chevron: 'm7 10 5 5 5-5',
  back: 'm14 6-6 6 6 6',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M12 5v14m-6-6 6 6 6-6',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  moon: 'M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5z',
  more: 'M12 4.3a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM12 10.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM12 17.3a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z',
  play: 'M8 5.5v13l10.5-6.5z',
  reply: 'M4 5h16v11H11l-4.5 4v-4H4z',
  send: 'M4 12 3.5 4.5 21 12 3.5 19.5 4 12zm0 0h8',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1',
  swap: 'M4 8.5h15m-4-4 4 4-4 4M20 15.5H5m4-4-4 4 4 4',
  thumb_down:
    'M7 4v10m0 0H3.5V4H7m0 10 4 6.5c1.5 0 2.3-1 2-2.5l-.7-3.5h5.5c1.4 0 2.3-1.2 2-2.5l-1.3-6c-.2-1.2-1.2-2-2.4-2H7',
  thumb_up:
    'M7 20V10m0 0H3.5v10H7m0-10 4-6.5c1.5 0 2.3 1 2 2.5l-.7 3.5h5.5c1.4 0 2.3 1.2 2 2.5l-1.3 6c-.2 1.2-1.2 2-2.4 2H7',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 13h8.4L17 7',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3v.01',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return el(
    'svg',
    { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': true },
    el('path', { d: PATHS[name] }),
  );
}
