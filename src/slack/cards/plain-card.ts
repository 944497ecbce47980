import { rejectButton } from './buttons.ts';
import { blockId, type CardView, impactOf } from './card-view.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, line, type Piece, richText, sentence } from './pieces.ts';

/** What is shown where Slack refused the whole card: less of it, and so nothing that could be approved. */
export function plainCard(view: CardView): SlackMessage {
  const { proposal, organisation } = view;
  const what: Piece[] = [
    bold(`#${proposal.number}`),
    ' · ',
    impactOf(view),
    ' · ',
    { said: proposal.summary, max: limits.shown.text },
    ' · proposed by ',
    { said: proposal.agent, max: limits.name },
    ' · it is ',
    bold(proposal.state),
    '.',
  ];
  const isOpen = proposal.state === 'pending';
  const why: Piece[] = [
    'Slack did not take the whole card, so it can not be approved. ',
    isOpen ? 'Reject it, or have the agent propose it in smaller parts.' : 'Nothing else changed by that.',
  ];
  return {
    text: sentence([...what, ' ', ...why], organisation.timezone),
    blocks: [
      richText(blockId('plain', view), line(...what), line('\n', ...why)),
      ...(isOpen
        ? [
            {
              type: 'actions' as const,
              block_id: blockId('decide', view, 'plain'),
              elements: [rejectButton(view)],
            },
          ]
        : []),
    ],
  };
}
