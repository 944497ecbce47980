import type { ModalView } from '@slack/types';
import type { CardView } from './card-view.ts';
import { headline } from './facts.ts';
import { limits } from './limits.ts';
import { bold, line, plain, richText } from './pieces.ts';

/** Asks why. What is typed comes back under block `reason`, action `reason`. */
export function rejectModal(view: CardView, privateMetadata: string): ModalView {
  const { proposal } = view;
  const { min, max } = limits.reason;
  return {
    type: 'modal',
    callback_id: 'reject',
    private_metadata: privateMetadata,
    title: plain(`Reject #${proposal.number}`, limits.modal.title),
    submit: plain('Reject', limits.modal.button),
    close: plain('Back', limits.modal.button),
    blocks: [
      richText('what', line(bold(headline(view)), ' · account ', bold(proposal.account, limits.shown.text))),
      {
        type: 'input',
        block_id: 'reason',
        optional: false,
        label: plain('Why not?', limits.header),
        hint: plain(
          'The agent and everybody in the channel can read it. Nothing will be written.',
          limits.header,
        ),
        element: {
          type: 'plain_text_input',
          action_id: 'reason',
          multiline: true,
          min_length: min,
          max_length: max,
        },
      },
    ],
  };
}
