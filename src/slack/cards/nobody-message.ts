import { mention } from './alerts.ts';
import { anyOf, type CardView, impactOf } from './card-view.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, richText, sentence } from './pieces.ts';

/** Too few are there who may decide. `absent` are as the manifest names them; `ownerMention` is `<@U…>` or `<!subteam^S…>`. */
export function nobodyMessage(view: CardView, absent: readonly string[], ownerMention: string): SlackMessage {
  const { proposal, tier } = view;
  const may = proposal.state === 'pending' ? tier.approvers : (tier.review?.by ?? []);
  const needed = proposal.state === 'pending' && tier.approvals > 1 ? `${tier.approvals} people` : 'somebody';
  const said: Piece[] = [
    'Nobody can decide on ',
    bold(`#${proposal.number}`),
    ' (',
    { said: proposal.summary, max: limits.shown.text },
    `, ${impactOf(view)}): it takes ${needed} of `,
    ...anyOf(view, may),
    ...(absent.length > 0
      ? [', and not there any more, or empty, are ', bold(absent.join(', '), limits.sentence)]
      : [', and too few of them are there who may']),
    '. Name somebody else in the workflow ',
    bold(proposal.workflow, limits.name),
    ', or fill the group in Slack.',
    ...(proposal.expiresAt ? [' It expires ', proposal.expiresAt, '.'] : []),
  ];
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', `Nobody can decide on #${proposal.number}`),
      richText('said', {
        type: 'rich_text_section',
        elements: [...mention(ownerMention), ...elementsOf([' ', ...said])],
      }),
    ],
  };
}
