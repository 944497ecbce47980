import type { Checkboxes, ModalView, PlainTextOption } from '@slack/types';
import { buttonValue, type CardView, impactOf } from './card-view.ts';
import { headline } from './facts.ts';
import { formatCount } from './format-count.ts';
import { fieldsOf } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, line, list, type Piece, plain, richText } from './pieces.ts';
import { totalOf } from './total-of.ts';

/** Lists each with its amount, and their total; any may be taken out. What stays comes back under block and action `picked`. */
export function bulkModal(
  views: readonly CardView[],
  picked: readonly CardView[],
  privateMetadata: string,
): ModalView {
  const options = views.map(optionOf);
  const initial = picked.map(optionOf);
  const element: Checkboxes = {
    type: 'checkboxes',
    action_id: 'picked',
    options,
    ...(initial.length > 0 ? { initial_options: initial } : {}),
  };
  return {
    type: 'modal',
    callback_id: 'bulk',
    private_metadata: privateMetadata,
    title: plain('Approve together', limits.modal.title),
    submit: plain('Approve these', limits.modal.button),
    close: plain('Not yet', limits.modal.button),
    blocks: [
      richText('each', ...list(views.map(rowOf))),
      {
        type: 'input',
        block_id: 'picked',
        dispatch_action: true,
        optional: false,
        label: plain('Take out what you do not approve', limits.header),
        element,
      },
      richText(
        'total',
        line(
          'In all ',
          bold(totalOf(picked)),
          ` for ${formatCount(picked.length, 'proposal')}. Each is decided by itself.`,
        ),
      ),
    ],
  };
}

function optionOf(view: CardView): PlainTextOption {
  const { number, account } = view.proposal;
  return {
    text: plain(`#${number} · ${impactOf(view)} · account ${account}`, limits.button.text),
    value: buttonValue(view),
  };
}

/** Everything that is asked for, as on the card. */
function rowOf(view: CardView): Piece[] {
  const { proposal, offered } = view;
  const fields = fieldsOf(offered.action, proposal.input);
  return [
    bold(`#${proposal.number}`),
    ' ',
    { said: headline(view), max: limits.sentence },
    ' — ',
    ...fields.flatMap(({ name, text }, index): Piece[] => [
      `${index > 0 ? ', ' : ''}`,
      { said: `${name} ${text}`, max: limits.sentence },
    ]),
    ...(proposal.reversible ? [] : [' · ', bold('cannot be undone')]),
  ];
}
