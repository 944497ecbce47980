import { type CardView, impactOf } from './card-view.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, line, list, type Piece, richText, sentence } from './pieces.ts';
import { lateness, proposalRows } from './proposal-rows.ts';

/** Under the card: who is waited for, and nobody else. */
export function reminderMessage(view: CardView, userIds: readonly string[]): SlackMessage {
  const said: Piece[] = [
    ...mentions(userIds),
    ' ',
    bold(`#${view.proposal.number}`),
    ' waits for you',
    ...due(view),
  ];
  return {
    text: sentence(said, view.organisation.timezone),
    blocks: [richText('said', { type: 'rich_text_section', elements: elementsOf(said) })],
  };
}

/** Calls people whatever the hour; in `alerts` it mentions them. */
export function callMessage(view: CardView, userIds: readonly string[]): SlackMessage {
  const { proposal, tier, organisation } = view;
  const said: Piece[] = [
    ...mentions(userIds),
    ...(userIds.length > 0 ? [' '] : []),
    'Nobody has decided ',
    bold(`#${proposal.number}`),
    ' ',
    { said: proposal.summary, max: limits.shown.text },
    ` (${impactOf(view)}, account `,
    { said: proposal.account, max: limits.name },
    ')',
    ...due(view),
    ' Its card is in ',
    bold(`#${tier.channel}`, limits.name),
    '.',
    ...(proposal.expiresAt
      ? [' If nobody decides, it expires ', proposal.expiresAt, ' and nothing is written.']
      : []),
  ];
  return {
    text: sentence(said, organisation.timezone),
    blocks: [
      header('headline', `Please decide #${proposal.number} now`),
      richText('said', { type: 'rich_text_section', elements: elementsOf(said) }),
    ],
  };
}

/** One message for all that waits: `for you`. `views` are the most urgent of `count`. */
export function digestMessage(views: readonly CardView[], count: number, forWhom: string): SlackMessage {
  const channels = [...new Set(views.map(({ tier }) => `#${tier.channel}`))].slice(0, limits.names);
  const text = `${formatCount(count, 'proposal')} ${count === 1 ? 'waits' : 'wait'} ${forWhom}.`;
  return {
    text,
    blocks: [
      richText(
        'digest',
        line(bold(text), ' The cards are in ', { said: channels.join(', '), max: limits.sentence }, '.'),
        ...list(
          proposalRows(
            views.map(({ proposal }) => proposal),
            count,
          ),
        ),
      ),
    ],
  };
}

function due({ proposal }: CardView): Piece[] {
  const late = lateness(proposal);
  if (late) return [`: it is ${late} late.`];
  return proposal.dueAt ? [' by ', proposal.dueAt, '.'] : ['.'];
}

/** Slack ids, which only Slack gives out. */
function mentions(userIds: readonly string[]): Piece[] {
  const shown = userIds.slice(0, limits.mentions);
  const more = userIds.length - shown.length;
  return [
    ...shown.flatMap((user, index): Piece[] => [
      ...(index > 0 ? [' '] : []),
      { ping: { user }, said: 'You' },
    ]),
    ...(more > 0 ? [` and ${formatCount(more, 'other')}`] : []),
  ];
}
