import { handWork } from '../../domain/by-hand.ts';
import type { OfferedAction } from '../../domain/manifest.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { mention } from './alerts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, richText, sentence } from './pieces.ts';

/** A person has to do it, or to undo it. `onCallMention` as for a page. */
export function byHandMessage(
  proposal: Proposal,
  { system, workflow }: OfferedAction,
  onCallMention: string,
): SlackMessage {
  const isUndo = handWork(proposal) === 'undo';
  const said: Piece[] = [
    bold(`#${proposal.number}`),
    ' ',
    { said: proposal.summary, max: limits.shown.text },
    isUndo ? ' is rolled back and to be undone by hand in ' : ' is approved and to be done by hand in ',
    { said: system.title, max: limits.name },
    '. Its card, where it was approved (',
    { said: workflow.title, max: limits.name },
    `), shows what to do under ${isUndo ? 'Undone' : 'Done'}.`,
  ];
  const title = `#${proposal.number} is to be ${isUndo ? 'undone' : 'done'} by hand`;
  return {
    text: sentence([`${title}: `, ...said], 'UTC'),
    blocks: [
      header('headline', title),
      richText('said', {
        type: 'rich_text_section',
        elements: [...mention(onCallMention), ...elementsOf([' please: ', ...said])],
      }),
    ],
  };
}
