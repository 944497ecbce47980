import { mention } from './alerts.ts';
import { anyOf, type CardView, impactOf } from './card-view.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, richText, sentence } from './pieces.ts';

export interface Unshown {
  readonly place: string;
  /** Slack's own word for it. */
  readonly code: string;
  /** `<@U…>` or `<!subteam^S…>`. */
  readonly ownerMention: string;
  /** Slack ids of who may decide and has not. */
  readonly waitedFor: readonly string[];
  readonly command: string;
}

/** Slack takes a card in neither form: who waits for whom, where it can be decided all the same, and until when. */
export function unshownMessage(view: CardView, unshown: Unshown): SlackMessage {
  const { proposal, tier } = view;
  const { place, code, ownerMention, waitedFor, command } = unshown;
  const may = proposal.state === 'pending' ? tier.approvers : (tier.review?.by ?? []);
  const named = waitedFor.slice(0, limits.names);
  const said: Piece[] = [
    'Slack refuses the card of ',
    bold(`#${proposal.number}`),
    ' for ',
    bold(place, limits.name),
    ` (${code}): `,
    { said: proposal.summary, max: limits.shown.text },
    `, ${impactOf(view)}. It waits for `,
    ...anyOf(view, may),
    ', who can decide it in App Home; ',
    bold(`${command} show ${proposal.number}`, limits.name),
    ' has all of it. The card is tried four times more, and then waits in ',
    bold(`${command} pending`, limits.name),
    ' for somebody to have it tried again.',
    ...(proposal.expiresAt ? [' It expires ', proposal.expiresAt, ' and nothing is written.'] : []),
  ];
  const called = named.flatMap((id) => [...mention(`<@${id}>`), ...elementsOf([' '])]);
  return {
    text: sentence(said, view.organisation.timezone),
    blocks: [
      header('headline', `No card of #${proposal.number}`),
      richText('said', {
        type: 'rich_text_section',
        elements: [...mention(ownerMention), ...elementsOf([' ']), ...called, ...elementsOf(said)],
      }),
    ],
  };
}
