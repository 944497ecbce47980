import type { KnownBlock, ModalView } from '@slack/types';
import { wordToType } from '../../domain/confirmation.ts';
import { restated } from './buttons.ts';
import { type CardView, impactOf } from './card-view.ts';
import { limits } from './limits.ts';
import { bold, line, plain, richText } from './pieces.ts';

/** Asks again before it is approved. What is typed, where something has to be, comes back under block and action `typed`. */
export function confirmModal(view: CardView, privateMetadata: string): ModalView {
  const { proposal, tier } = view;
  return {
    type: 'modal',
    callback_id: 'confirm',
    private_metadata: privateMetadata,
    title: plain(`Approve #${proposal.number}?`, limits.modal.title),
    submit: plain('Approve', limits.modal.button),
    close: plain('Not yet', limits.modal.button),
    blocks: [
      richText('what', line(bold(impactOf(view))), line(restated(view))),
      ...(tier.confirm === 'type' ? [typing(view)] : []),
    ],
  };
}

function typing({ proposal }: CardView): KnownBlock {
  const what = proposal.impact ? 'amount' : 'number of the proposal';
  return {
    type: 'input',
    block_id: 'typed',
    optional: false,
    label: plain(`Type the ${what} to approve it`, limits.header),
    hint: plain(wordToType(proposal), limits.header),
    element: { type: 'plain_text_input', action_id: 'typed', min_length: 1, max_length: 60 },
  };
}
