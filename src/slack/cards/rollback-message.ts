import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { Rollback, RollbackClass } from '../../domain/rollback.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { bold, header, line, list, type Piece, plain, richText, sentence } from './pieces.ts';
import { itemLines, progressBar, scopeName, sumOf } from './rollback-pieces.ts';

export interface RollbackView {
  readonly rollback: Rollback;
  /** Fields that people may see, of all its actions. */
  readonly shown: readonly string[];
  readonly command: string;
}

const LEFT: readonly (readonly [RollbackClass, string])[] = [
  ['changed', 'somebody has changed since, and stays as it is'],
  ['irreversible', 'can’t be undone'],
  ['unknown', 'may or may not have happened: to be resolved first'],
];

/** The plan, and in its place how far the undoing has come. */
export function rollbackMessage(view: RollbackView): SlackMessage {
  const { rollback } = view;
  const title = `Rollback ${rollback.number}: ${scopeName(rollback)}`;
  const said = summary(rollback);
  return {
    text: sentence([`${title}. `, ...said], 'UTC'),
    blocks: [
      header('headline', title),
      richText('said', line(...said), line(...asked(rollback)), ...status(view).map((each) => line(...each))),
      ...(rollback.state === 'planned' ? [plan(view)] : []),
      richText('whole', line(...whole(rollback))),
      buttons(rollback),
    ],
  };
}

function summary({ items }: Rollback): Piece[] {
  const able = items.filter((item) => item.class === 'undo');
  const human = able.filter((item) => item.byHuman);
  const accounts = new Set(items.map((item) => `${item.system} ${item.account}`)).size;
  return [
    bold(`${formatCount(able.length, 'write')} of ${items.length} can be undone, ${sumOf(able)}`),
    `; people had approved ${human.length} of them, ${sumOf(human)}. ${formatCount(accounts, 'account')} affected.`,
  ];
}

function asked({ askedBy, askedAt, since }: Rollback): Piece[] {
  const span: Piece[] = since ? [', of what was written since ', since] : [];
  return ['Asked by ', { said: askedBy.name, max: limits.name }, ' ', askedAt, ...span, '.'];
}

function status({ rollback, command }: RollbackView): Piece[][] {
  const { state, items, confirmedBy, switch: off } = rollback;
  const able = items.filter((item) => item.class === 'undo');
  const settled = able.filter((item) => item.state !== 'planned').length;
  const by: Piece[] = confirmedBy
    ? ['Confirmed by ', { said: confirmedBy.name, max: limits.name }, '. ']
    : [];
  const lost = able.filter((item) => item.state === 'unknown');
  const open: Piece[][] =
    lost.length > 0
      ? [
          [
            bold(`${lost.length} may or may not have been undone`),
            `: look, and say so with ${command} resolve.`,
          ],
        ]
      : [];
  const paused = rollback.paused ? [bold(`Held by ${command} disable rollback.`)] : [];
  switch (state) {
    case 'planned':
      return [
        [
          off ? `When it is confirmed, ${off === 'all' ? 'everything' : off} is switched off first. ` : '',
          'Each is looked at once more just before: what somebody has changed by then stays as it is.',
        ],
      ];
    case 'confirmed':
    case 'running':
      return [
        [...by, off ? `${off === 'all' ? 'Everything' : off} is switched off. ` : ''],
        [progressBar(settled, able.length)],
        ...open,
        ...(paused.length > 0 ? [paused] : [[`To stop it: ${command} disable rollback`]]),
      ];
    case 'stopped':
      return [
        by,
        [progressBar(settled, able.length)],
        [bold('Stopped: more than a tenth had changed since the plan.')],
        ...open,
      ];
    case 'done':
      return [by, [progressBar(settled, able.length)], [bold('Done.')], ...open];
  }
}

function plan({ rollback, shown }: RollbackView): KnownBlock {
  const { items } = rollback;
  const groups = LEFT.flatMap(([is, words]) => {
    const some = items.filter((item) => item.class === is);
    if (some.length === 0) return [];
    return [line(bold(`${some.length} ${words}:`)), ...list(itemLines(some, shown))];
  });
  const able = items.filter((item) => item.class === 'undo');
  const undone =
    able.length > 0 ? [line(bold('To be undone, the newest first:')), ...list(itemLines(able))] : [];
  return richText('plan', ...undone, ...groups);
}

/** The message shows the first of each kind. */
function whole({ id, items }: Rollback): Piece[] {
  return [
    `${formatCount(items.length, 'write')} in all: Full plan sends you each, or `,
    bold(`countersign rollback --show ${id}`, limits.name),
  ];
}

function buttons({ id, digest, number, state, items }: Rollback): ActionsBlock {
  const able = items.filter((item) => item.class === 'undo');
  const confirm: Button = {
    type: 'button',
    action_id: 'confirm_rollback',
    style: 'danger',
    value: `${id} ${digest}`,
    text: plain('Roll back', limits.button.text),
    accessibility_label: plain(`Confirm rollback ${number}`, limits.button.accessibility).text,
    confirm: {
      title: plain(`Roll back ${formatCount(able.length, 'write')}?`, limits.confirm.title),
      text: plain(`${sumOf(able)} in all. You must not be who asked.`, limits.confirm.text),
      confirm: plain('Roll back', limits.confirm.button),
      deny: plain('Not yet', limits.confirm.button),
    },
  };
  const full: Button = {
    type: 'button',
    action_id: 'full_plan',
    value: id,
    text: plain('Full plan', limits.button.text),
    accessibility_label: plain(`Send me all of rollback ${number} as CSV`, limits.button.accessibility).text,
  };
  const isOpen = state === 'planned' && able.length > 0;
  return { type: 'actions', block_id: 'rollback', elements: isOpen ? [confirm, full] : [full] };
}
