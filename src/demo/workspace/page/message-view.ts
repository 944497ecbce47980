import { h, type JSX } from 'preact';
import type { MessageView } from '../protocol.ts';
import { Avatar } from './avatar.ts';
import { Blocks } from './block-view.ts';
import { personName } from './directory.ts';
import { el } from './el.ts';
import { Icon } from './icon.ts';
import { Menu } from './menu.ts';
import { Mrkdwn } from './prose-view.ts';
import type { Session } from './session.ts';
import { formatMessageTime } from './slack-date.ts';
import { SurfaceContext, useDirectory } from './surface.ts';
import { useBlockSurface } from './use-surface.ts';

export interface MessageProps {
  readonly message: MessageView;
  readonly session: Session;
  readonly inThread: boolean;
  /** Follows one of the same author closely: its avatar and name are left out. */
  readonly compact?: boolean;
}

export function Message({ message, session, inThread, compact }: MessageProps): JSX.Element {
  const directory = useDirectory();
  const { author, channel, ts } = message;
  const time = formatMessageTime(ts, directory.viewer);
  const short = compact === true && !message.ephemeral;
  return el(
    'article',
    {
      class: `message ${short ? 'compact' : ''} ${message.ephemeral ? 'ephemeral' : ''}`,
      'aria-label': `${author.name}, ${time}`,
      'data-ts': ts,
    },
    el('div', { class: 'gutter' }, short ? el('time', { class: 'muted' }, time) : h(Avatar, author)),
    el(
      'div',
      { class: 'message-main' },
      message.ephemeral && h(OnlyYou, { dismiss: () => session.dismiss(channel, ts) }),
      !short && h(MessageHead, { message, time }),
      h(MessageBody, { message, session }),
      ...message.files.map((file) => h(SharedFile, { file, key: file.url })),
      !inThread && message.replyCount > 0 && h(ReplySummary, { message, session }),
    ),
    !message.ephemeral && h(MessageTools, { message, session, inThread }),
  );
}

function OnlyYou({ dismiss }: { dismiss: () => void }): JSX.Element {
  return el(
    'div',
    { class: 'only-you' },
    h(Icon, { name: 'eye' }),
    ' Only visible to you',
    ' · ',
    el('button', { type: 'button', class: 'link-button', onClick: dismiss }, 'Dismiss message'),
  );
}

function MessageHead({ message, time }: { message: MessageView; time: string }): JSX.Element {
  const { author } = message;
  return el(
    'div',
    { class: 'message-head' },
    el('strong', null, author.name),
    author.isBot && el('span', { class: 'app-badge' }, 'APP'),
    el('time', { class: 'muted' }, time),
  );
}

function MessageBody({ message, session }: { message: MessageView; session: Session }): JSX.Element {
  const { channel, ts, blocks, problem } = message;
  const surface = useBlockSurface({
    kind: 'message',
    place: { kind: 'message', channel, ts },
    blocks,
    me: session.state.workspace.me,
    act: session.act,
    ...(problem && { problem }),
  });
  const edited = message.edited && el('span', { class: 'edited' }, '(edited)');
  if (blocks.length === 0)
    return el('div', { class: 'message-text' }, h(Mrkdwn, { text: message.text }), edited);
  return el('div', null, h(SurfaceContext, { value: surface }, h(Blocks, { blocks })), edited);
}

function SharedFile({ file }: { file: MessageView['files'][number] }): JSX.Element {
  const { href } = new URL(file.url, window.location.href);
  const size = file.size < 1024 ? `${file.size} bytes` : `${Math.round(file.size / 1024)} KB`;
  return el(
    'div',
    { class: 'media-card' },
    el('span', { class: 'media-icon' }, h(Icon, { name: 'file' })),
    el(
      'div',
      null,
      el('a', { href, download: file.name }, file.title || file.name),
      el('div', { class: 'muted' }, size),
    ),
  );
}

function ReplySummary({ message, session }: { message: MessageView; session: Session }): JSX.Element {
  const directory = useDirectory();
  const { replyCount, latestReply } = message;
  const names = message.replyUsers.map((id) => personName(directory, id));
  const words = replyCount === 1 ? '1 reply' : `${replyCount} replies`;
  return el(
    'button',
    { type: 'button', class: 'reply-summary', onClick: () => session.openThread(message.ts) },
    el('span', { class: 'row' }, ...names.slice(0, 4).map((name) => h(Avatar, { name, small: true }))),
    el('span', { class: 'reply-count' }, words),
    latestReply &&
      el('span', { class: 'muted' }, `Last reply ${formatMessageTime(latestReply, directory.viewer)}`),
  );
}

function MessageTools({ message, session, inThread }: MessageProps): JSX.Element {
  const { workspace } = session.state;
  const { channel, ts } = message;
  const items = workspace.shortcuts
    .filter((each) => each.type === 'message')
    .map(({ callbackId, name, description }) => ({
      key: callbackId,
      label: name,
      description,
      onSelect: () => void session.act({ act: 'shortcut', as: workspace.me, callbackId, channel, ts }),
    }));
  return el(
    'div',
    { class: 'message-tools' },
    !inThread &&
      el(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          title: 'Reply in thread',
          'aria-label': 'Reply in thread',
          onClick: () => session.openThread(message.thread_ts ?? ts),
        },
        h(Icon, { name: 'reply' }),
      ),
    items.length > 0 && h(Menu, { label: 'More actions', items }, h(Icon, { name: 'more' })),
  );
}
