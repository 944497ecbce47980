import type { ModalView } from '@slack/types';
import type { CardView } from './card-view.ts';
import { headline } from './facts.ts';
import { limits } from './limits.ts';
import { bold, line, plain, richText } from './pieces.ts';

/** Asks the second human why. What is typed comes back under block `reason`, action `reason`. */
export function objectModal(view: CardView, privateMetadata: string): ModalView {
  const { proposal } = view;
  const { min, max } = limits.reason;
  const then =
    proposal.state === 'in_review'
      ? 'Nothing will be written.'
      : 'The on-call is paged, and the agent decides nothing alone until an operator gives that back.';
  return {
    type: 'modal',
    callback_id: 'object',
    private_metadata: privateMetadata,
    title: plain(`Object to #${proposal.number}`, limits.modal.title),
    submit: plain('Object', limits.modal.button),
    close: plain('Back', limits.modal.button),
    blocks: [
      richText('what', line(bold(headline(view)), ' · account ', bold(proposal.account, limits.shown.text))),
      {
        type: 'input',
        block_id: 'reason',
        optional: false,
        label: plain('What is wrong with it?', limits.header),
        hint: plain(`Everybody in the channel and the agent can read it. ${then}`, limits.header),
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
