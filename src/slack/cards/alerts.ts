import type { RichTextElement } from '@slack/types';
import { type SwitchedBy, switchedName } from '../../domain/switches.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import {
  bold,
  elementsOf,
  header,
  line,
  list,
  type Piece,
  plain,
  quote,
  richText,
  sentence,
} from './pieces.ts';

export interface Disabled {
  readonly scope: string;
  readonly by: SwitchedBy;
  readonly reason: string | null;
  /** Writes that had begun: their outcome is still to come. */
  readonly underWay: readonly {
    readonly number: number;
    readonly system: string;
    readonly account: string;
    /** By then its outcome is known, or another process takes it over. */
    readonly deadline?: Date | null;
  }[];
  /** `/agent`, or what it was renamed to. */
  readonly command: string;
}

export function disabledMessage({ scope, by, reason, underWay, command }: Disabled): SlackMessage {
  const what = switchedName(scope);
  const said: Piece[] = [
    { said: by.name, max: limits.name },
    ' switched ',
    bold(what, limits.name),
    ' off',
    ...(reason ? [': ', ...quote(reason)] : []),
    '. No write of it starts any more.',
  ];
  const begun: Piece[] =
    underWay.length === 0
      ? ['No write was under way.']
      : [bold(`${formatCount(underWay.length, 'write')} had begun before and may still happen:`)];
  const rows = underWay.slice(0, limits.rows);
  const more = underWay.length - rows.length;
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', `Off: ${what}`),
      richText(
        'said',
        line(...said),
        line(...begun),
        ...list([
          ...rows.map(({ number, system, account, deadline }): Piece[] => [
            `#${number} in `,
            { said: system, max: limits.name },
            ', account ',
            { said: account, max: limits.name },
            ...(deadline ? [', known at the latest ', deadline] : []),
          ]),
          ...(more > 0 ? [[`… ${more.toLocaleString('en-US')} more`]] : []),
        ]),
        line(
          'People may go on deciding; what they approve waits. To undo: ',
          bold(`${command} enable ${scope}`),
        ),
      ),
    ],
  };
}

export function enabledMessage(enabled: {
  readonly scope: string;
  readonly by: SwitchedBy;
  /** Who had asked for it, where it took two. */
  readonly askedBy: SwitchedBy | null;
}): SlackMessage {
  const what = switchedName(enabled.scope);
  const { by, askedBy } = enabled;
  const said: Piece[] = [
    { said: by.name, max: limits.name },
    ' switched ',
    bold(what, limits.name),
    ' on again',
    ...(askedBy ? [', as ', { said: askedBy.name, max: limits.name }, ' had asked'] : []),
    '. What was approved meanwhile is written now, as long as its approval is good.',
  ];
  return {
    text: sentence(said, 'UTC'),
    blocks: [header('headline', `On: ${what}`), richText('said', line(...said))],
  };
}

export function enableAskedMessage(asked: {
  readonly scope: string;
  readonly by: SwitchedBy;
  readonly because: string;
}): SlackMessage {
  const what = switchedName(asked.scope);
  const said: Piece[] = [
    { said: asked.by.name, max: limits.name },
    ' asks to switch ',
    bold(what, limits.name),
    ' on again. A second operator has to confirm, because ',
    { said: asked.because },
    '. Until then it stays off.',
  ];
  return {
    text: sentence(said, 'UTC'),
    blocks: [
      header('headline', `Confirm: switch ${what} on?`),
      richText('said', line(...said)),
      {
        type: 'actions',
        block_id: 'confirm_enable',
        elements: [
          {
            type: 'button',
            action_id: 'confirm_enable',
            value: asked.scope,
            text: plain('Switch on', limits.button.text),
            accessibility_label: plain(`Switch ${what} on again`, limits.button.accessibility).text,
          },
        ],
      },
    ],
  };
}

/** `<@U…>` and `<!subteam^S…>` ping; any other text is shown as it is. */
export function mention(text: string): RichTextElement[] {
  const user = /^<@([UW][A-Z0-9]+)>$/.exec(text)?.[1];
  if (user) return [{ type: 'user', user_id: user }];
  const group = /^<!subteam\^(S[A-Z0-9]+)>$/.exec(text)?.[1];
  if (group) return [{ type: 'usergroup', usergroup_id: group }];
  return elementsOf([bold(text, limits.name)]);
}
