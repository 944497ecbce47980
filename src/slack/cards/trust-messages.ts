import type { OfferedAction } from '../../domain/manifest.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { SwitchedBy } from '../../domain/switches.ts';
import { mention } from './alerts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, line, type Piece, quote, richText, sentence } from './pieces.ts';

/** It is written, and the second human objected or did not look in time. `onCallMention` as for a page. */
export function doubtMessage(
  proposal: Proposal,
  { system }: OfferedAction,
  onCallMention: string,
  command: string,
): SlackMessage {
  const impact = proposal.impact ? formatMoney(proposal.impact) : 'impact unknown';
  const objection = proposal.decisions.findLast(
    (each) => each.round === proposal.round && each.kind === 'object',
  );
  const doubt: Piece[] = objection
    ? [{ said: objection.by.name, max: limits.name }, ' objected: ', ...quote(objection.reason ?? ''), '. ']
    : ['Nobody reviewed it in time. '];
  const undo: Piece[] = proposal.reversible
    ? [
        'Its rollback is planned in a message of its own here, for an operator to confirm or leave; a new plan: ',
        bold(`${command} rollback ${proposal.number}`),
        '. ',
      ]
    : ['It can not be undone from here. '];
  const said: Piece[] = [
    bold(`#${proposal.number}`),
    ' ',
    { said: proposal.summary, max: limits.shown.text },
    ` (${impact}, account `,
    { said: proposal.account, max: limits.name },
    ') is written in ',
    { said: system.title, max: limits.name },
    '. ',
    ...doubt,
    ...undo,
    { said: proposal.agent, max: limits.name },
    ' decides nothing alone until an operator gives that back: ',
    bold(`${command} trust ${proposal.agent}`, limits.name),
    '.',
  ];
  const title = `#${proposal.number} is written and in doubt`;
  return {
    text: sentence([`${title}: `, ...said], 'UTC'),
    blocks: [
      header('headline', title),
      richText('said', {
        type: 'rich_text_section',
        elements: [...mention(onCallMention), ...elementsOf([' please look: ', ...said])],
      }),
    ],
  };
}

export function trustedMessage({ agent, by }: { agent: string; by: SwitchedBy }): SlackMessage {
  const said: Piece[] = [
    { said: by.name, max: limits.name },
    ' gave ',
    bold(agent, limits.name),
    ' back what it may decide alone.',
  ];
  return {
    text: sentence(said, 'UTC'),
    blocks: [header('headline', `Trusted again: ${agent}`), richText('said', line(...said))],
  };
}
