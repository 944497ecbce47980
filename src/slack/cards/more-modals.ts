import type { KnownBlock, ModalView } from '@slack/types';
import { QUESTION_CHARACTERS } from '../../domain/question.ts';
import type { CardView } from './card-view.ts';
import { headline } from './facts.ts';
import { fieldsOf } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, line, plain, richText } from './pieces.ts';

/** Asks the agent something. What is typed comes back under block and action `question`. */
export function askModal(view: CardView, privateMetadata: string): ModalView {
  return modal(view, privateMetadata, {
    id: 'ask',
    title: `Ask about #${view.proposal.number}`,
    submit: 'Ask',
    blocks: [
      {
        type: 'input',
        block_id: 'question',
        optional: false,
        label: plain('What do you want to know from the agent?', limits.header),
        hint: plain(
          'The time goes on meanwhile. The answer will stand on the card, as the agent’s own words.',
          limits.header,
        ),
        element: {
          type: 'plain_text_input',
          action_id: 'question',
          multiline: true,
          min_length: 1,
          max_length: Math.min(QUESTION_CHARACTERS, limits.element),
        },
      },
    ],
  });
}

/** Changes what the action lets people change: one input a field, under its name. */
export function amendModal(view: CardView, privateMetadata: string): ModalView {
  const { action } = view.offered;
  const fields = fieldsOf(action, view.proposal.input).filter(({ name }) => action.editable.includes(name));
  return modal(view, privateMetadata, {
    id: 'amend',
    title: `Change #${view.proposal.number}`,
    submit: 'Change',
    blocks: [
      richText(
        'rule',
        line(
          'A new proposal takes its place, is judged anew, and what was approved of this one does not count. ',
          'If it only gets smaller you may approve it yourself; else somebody else has to.',
        ),
      ),
      ...fields.map(
        ({ name, text }): KnownBlock => ({
          type: 'input',
          block_id: name,
          optional: false,
          label: plain(name, limits.name),
          element: { type: 'plain_text_input', action_id: 'value', initial_value: text },
        }),
      ),
    ],
  });
}

/** Gives it to a colleague, who comes back under block and action `colleague`. */
export function handOverModal(view: CardView, privateMetadata: string): ModalView {
  return modal(view, privateMetadata, {
    id: 'hand_over',
    title: `Hand over #${view.proposal.number}`,
    submit: 'Hand over',
    blocks: [
      {
        type: 'input',
        block_id: 'colleague',
        optional: false,
        label: plain('To whom?', limits.header),
        hint: plain(
          'Somebody who may decide it too. They get the card directly; everybody else may still decide.',
          limits.header,
        ),
        element: { type: 'users_select', action_id: 'colleague' },
      },
    ],
  });
}

interface Window {
  readonly id: string;
  readonly title: string;
  readonly submit: string;
  readonly blocks: readonly KnownBlock[];
}

function modal(view: CardView, privateMetadata: string, { id, title, submit, blocks }: Window): ModalView {
  const { account } = view.proposal;
  return {
    type: 'modal',
    callback_id: id,
    private_metadata: privateMetadata,
    title: plain(title, limits.modal.title),
    submit: plain(submit, limits.modal.button),
    close: plain('Back', limits.modal.button),
    blocks: [
      richText('what', line(bold(headline(view)), ' · account ', bold(account, limits.shown.text))),
      ...blocks,
    ],
  };
}
