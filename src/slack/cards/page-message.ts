import type { Button, KnownBlock } from '@slack/types';
import type { OfferedAction } from '../../domain/manifest.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { type Unknown, unknownOf } from '../../domain/unknown.ts';
import { mention } from './alerts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, plain, richText, sentence } from './pieces.ts';

/**
 * Asks the on-call to look: it failed, or nobody can say whether it, or its undoing, happened. `onCallMention` is `<@U…>` or
 * `<!subteam^S…>`.
 */
export function pageMessage(proposal: Proposal, offered: OfferedAction, onCallMention: string): SlackMessage {
  const lost = unknownOf(proposal);
  const { title, became, next } = wordsOf(proposal, lost?.what);
  const impact = proposal.impact ? formatMoney(proposal.impact) : 'impact unknown';
  const why = lost?.what === 'undo' ? proposal.undoing?.error : proposal.execution?.error;
  const what: Piece[] = [
    bold(`#${proposal.number}`),
    ' ',
    { said: proposal.summary, max: limits.shown.text },
    ` (${impact}, account `,
    { said: proposal.account, max: limits.name },
    ') in ',
    { said: offered.system.title, max: limits.name },
    became,
    ...(why ? [': ', { said: why }] : []),
    '. ',
  ];
  const key = lost?.execution ?? proposal.execution?.id;
  const blocks: KnownBlock[] = [
    header('headline', title),
    richText('said', {
      type: 'rich_text_section',
      elements: [
        ...mention(onCallMention),
        ...elementsOf([' please look: ', ...what, ...(key ? [next, bold(key, limits.name), '.'] : [])]),
      ],
    }),
    ...(lost ? [resolveButtons(proposal.number, lost)] : []),
  ];
  return { text: sentence([`${title}: `, ...what], 'UTC'), blocks };
}

function wordsOf({ number }: Proposal, lost: Unknown['what'] | undefined) {
  const look = 'Nothing is tried again by itself. Look in the system for the write with the key ';
  switch (lost) {
    case 'write':
      return {
        title: `#${number} may have happened`,
        became: ' may have happened, and nobody can say',
        next: look,
      };
    case 'undo':
      return {
        title: `#${number} may have been undone`,
        became: ' may have been undone, and nobody can say',
        next: look,
      };
    case undefined:
      return {
        title: `#${number} failed`,
        became: ' did not happen',
        next: 'It is not tried again: the agent may propose it anew. The write had the key ',
      };
  }
}

const LEADS = {
  write: {
    happened: 'is then recorded as written.',
    not: 'is then recorded as failed, and not tried again.',
  },
  undo: {
    happened: 'is then recorded as undone.',
    not: 'is then recorded as not undone, and another rollback may try again.',
  },
} as const;

/** Once somebody has looked: neither sends anything. Each names the execution that it is about, whatever else is unknown by then. */
function resolveButtons(number: number, { what, execution }: Unknown): KnownBlock {
  const button = (action: string, label: string, leads: string): Button => ({
    type: 'button',
    action_id: action,
    value: `${number} ${execution}`,
    text: plain(label, limits.button.text),
    accessibility_label: plain(`#${number}: ${label}`, limits.button.accessibility).text,
    confirm: {
      title: plain(`${label}?`, limits.confirm.title),
      text: plain(`Say so only if you have looked in the system. #${number} ${leads}`, limits.confirm.text),
      confirm: plain(label, limits.confirm.button),
      deny: plain('Not yet', limits.confirm.button),
    },
  });
  const [yes, no] =
    what === 'undo' ? ['It was undone', 'It was not undone'] : ['It happened', 'It did not happen'];
  return {
    type: 'actions',
    block_id: 'resolve',
    elements: [
      button('resolve_happened', yes, LEADS[what].happened),
      button('resolve_not_happened', no, LEADS[what].not),
    ],
  };
}
