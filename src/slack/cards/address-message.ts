import { mention } from './alerts.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, elementsOf, header, type Piece, richText, sentence } from './pieces.ts';

export interface ChangedAddress {
  /** `slack:T0ACME/U0DANA` */
  readonly slack: string;
  readonly email: string;
  readonly name: string;
  /** The address is pinned to another account. */
  readonly isTaken: boolean;
}

/** An account goes by another e-mail than it did, and manifests name people by e-mail. */
export function addressMessage({ slack, email, name, isTaken }: ChangedAddress): SlackMessage {
  const account = slack.split('/')[1] ?? '';
  const said: Piece[] = isTaken
    ? [
        ' now shows ',
        bold(email, limits.name),
        ', which is pinned to another account. What the manifests give to that address stays with the account that had it first. If it is right, name this person there by their Slack id, ',
        bold(account, limits.name),
        '.',
      ]
    : [
        ' has changed their e-mail to ',
        bold(email, limits.name),
        '. What the manifests give to that address is theirs from now on. If you do not know why, ask them.',
      ];
  return {
    text: sentence([name, ...said], 'UTC'),
    blocks: [
      header('headline', isTaken ? 'An e-mail address is shown by two' : 'Somebody’s e-mail changed'),
      richText('said', {
        type: 'rich_text_section',
        elements: [
          ...mention(`<@${account}>`),
          ...elementsOf([' (', { said: name, max: limits.name }, ')', ...said]),
        ],
      }),
    ],
  };
}
