import type { KnownBlock, ModalView } from '@slack/types';
import { handWork, instructionsOf } from '../../domain/by-hand.ts';
import type { CardView } from './card-view.ts';
import { headline } from './facts.ts';
import { limits } from './limits.ts';
import { bold, line, plain, preformatted, richText } from './pieces.ts';
import { pagesOf } from './text.ts';

/** The instructions as they were approved, and a place for the evidence. What is typed comes back under block `evidence`, action `evidence`. */
export function manualModal(view: CardView, done: boolean, privateMetadata: string): ModalView {
  const { proposal } = view;
  const isUndo = handWork(proposal) === 'undo';
  const word = isUndo ? 'undone' : 'done';
  return {
    type: 'modal',
    callback_id: done ? 'manual_done' : 'manual_failed',
    private_metadata: privateMetadata,
    title: plain(`#${proposal.number} ${done ? 'is' : 'not'} ${word}`, limits.modal.title),
    submit: plain(done ? `It is ${word}` : `Not ${word}`, limits.modal.button),
    close: plain('Back', limits.modal.button),
    blocks: [
      richText('what', line(bold(headline(view)), ' · account ', bold(proposal.account, limits.shown.text))),
      ...instructionBlocks(view),
      {
        type: 'input',
        block_id: 'evidence',
        optional: false,
        label: plain(done ? `What shows that it is ${word}?` : `Why could it not be ${word}?`, limits.header),
        hint: plain(
          done
            ? 'A link, a booking number, or what you saw. It is kept with the proposal.'
            : isUndo
              ? 'It stays as it was written, and the report of the rollback says why.'
              : 'Nothing was written, and the agent is told so.',
          limits.header,
        ),
        element: {
          type: 'plain_text_input',
          action_id: 'evidence',
          multiline: true,
          min_length: limits.reason.min,
          max_length: limits.reason.max,
        },
      },
    ],
  };
}

/** What a person is to do; none where it is not known here. */
function instructionBlocks({ proposal, envelope }: CardView): KnownBlock[] {
  const request = handWork(proposal) === 'undo' ? proposal.undoing?.request : envelope?.request;
  const text = instructionsOf(request);
  const pages = text === undefined ? [] : pagesOf(text, limits.element);
  return pages.map((page, index) => richText(`instructions:${index}`, preformatted(page)));
}
