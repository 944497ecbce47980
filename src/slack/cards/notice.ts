import type { ModalView } from '@slack/types';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { line, plain, richText, sentence } from './pieces.ts';

/** One plain sentence or two, for whoever asked or clicked. */
export function noticeMessage(text: string): SlackMessage {
  return { text: sentence([text], 'UTC'), blocks: [richText('notice', line(text))] };
}

/** The same where a window is open. */
export function noticeModal(title: string, text: string): ModalView {
  return {
    type: 'modal',
    callback_id: 'notice',
    title: plain(title, limits.modal.title),
    close: plain('Close', limits.modal.button),
    blocks: [richText('notice', line(text))],
  };
}
