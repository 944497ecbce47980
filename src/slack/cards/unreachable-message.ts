import type { Proposal } from '../../domain/proposal.ts';
import { mention } from './alerts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, richText, sentence } from './pieces.ts';

/** Cards of a channel can't be shown there. `ownerMention` is `<@U…>` or `<!subteam^S…>`. */
export function unreachableMessage(proposal: Proposal, target: string, ownerMention: string): SlackMessage {
  const said: Piece[] = [
    'Nobody can see the card of ',
    bold(`#${proposal.number}`),
    ': I can’t post into ',
    bold(target, limits.name),
    target.startsWith('@')
      ? '. Name somebody else in the workflow '
      : '. Invite me there, or name another channel in the workflow ',
    bold(proposal.workflow, limits.name),
    '. It is tried again',
    ...(proposal.expiresAt ? [' until it expires ', proposal.expiresAt] : []),
    '.',
  ];
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', `No card of #${proposal.number}`),
      richText('said', {
        type: 'rich_text_section',
        elements: [...mention(ownerMention), ...elementsOf([' ', ...said])],
      }),
    ],
  };
}
