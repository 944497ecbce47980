import type { ActionsBlock, Button, HomeView, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import type { Proposal } from '../../domain/proposal.ts';
import { type Switches, switchedName } from '../../domain/switches.ts';
import { buttonValue, type CardView } from './card-view.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { bold, header, line, list, type Piece, plain, richText, words } from './pieces.ts';
import { proposalRow, proposalRows } from './proposal-rows.ts';
import { shapesOf } from './shapes.ts';
import { show } from './text.ts';

/** Somebody's own, of `count` in all the most urgent; these first. */
export interface Mine {
  readonly views: readonly CardView[];
  readonly count: number;
}

/** What somebody has to see to. */
export interface QueueView {
  readonly decide: Mine;
  readonly review: Mine;
  readonly decided: readonly Proposal[];
  readonly switches: Switches;
  /** IANA name, of who looks. */
  readonly timezone: string;
}

const TITLE = 'Waiting for you';
const NOTHING =
  'Nothing waits for you. What an agent proposes and you may decide appears here, and as a card in its channel.';

/** App Home: mine to decide, to review, decided by me, the switches. `page` counts from 0. */
export function homeView(queue: QueueView, page = 0): HomeView {
  const { decide, review, decided } = queue;
  return {
    type: 'home',
    blocks: [
      header('headline', TITLE),
      ...(decide.count === 0 ? [richText('queue', line(NOTHING))] : decideBlocks(queue, page)),
      ...(review.count > 0 ? reviewBlocks(queue) : []),
      ...(decided.length > 0
        ? [header('decided', 'Decided by you'), richText('decided-rows', ...list(proposalRows(decided)))]
        : []),
      header('switches', 'Switches'),
      richText('switched', line(...switchWords(queue.switches))),
    ],
  };
}

function decideBlocks(queue: QueueView, page: number): KnownBlock[] {
  const { decide, timezone } = queue;
  const { views, count } = decide;
  const { rows } = limits.home;
  const pages = Math.ceil(views.length / rows);
  const at = Math.min(Math.max(0, page), pages - 1);
  const shown = views.slice(at * rows, (at + 1) * rows);
  const place = pages > 1 ? ` Page ${at + 1} of ${pages}.` : '';
  return [
    richText(
      'queue',
      line(`${formatCount(count, 'proposal')}, the most urgent first.${place}${followWords(decide)}`),
    ),
    ...bulkButtons(views),
    ...shown.map((view) => row(view, 'decide', timezone)),
    ...(pages > 1 ? [pageButtons(at, pages)] : []),
  ];
}

function followWords({ views, count }: Mine): string {
  const more = count - views.length;
  return more > 0 ? ` … ${more.toLocaleString('en-US')} more follow as you decide these.` : '';
}

function reviewBlocks({ review, timezone }: QueueView): KnownBlock[] {
  const shown = review.views.slice(0, limits.home.rows);
  const more = review.count - shown.length;
  return [
    header('review', 'For you to review'),
    ...shown.map((view) => row(view, 'review', timezone)),
    ...(more > 0
      ? [
          richText(
            'review-more',
            line(`… ${more.toLocaleString('en-US')} more follow as you review these, the most urgent first.`),
          ),
        ]
      : []),
  ];
}

function row(view: CardView, place: string, timezone: string): SectionBlock {
  const { proposal } = view;
  return {
    type: 'section',
    block_id: `${place}:${proposal.id}:${proposal.version}`,
    text: plain(words(proposalRow(proposal), timezone), limits.home.text),
    accessory: homeButton('look', 'Look at it', buttonValue(view), `Look at it: #${proposal.number}`),
  };
}

/** The same shape of proposals may be approved together. */
function bulkButtons(decide: readonly CardView[]): ActionsBlock[] {
  const elements = shapesOf(decide)
    .slice(0, limits.home.shapes)
    .map(({ action, title, views }) =>
      homeButton(`bulk:${action}`, `${title}: approve ${views.length} together…`, action),
    );
  return elements.length > 0 ? [{ type: 'actions', block_id: 'bulk', elements }] : [];
}

function pageButtons(at: number, pages: number): ActionsBlock {
  const to = (page: number, label: string) => homeButton(`page:${page}`, label, String(page));
  return {
    type: 'actions',
    block_id: 'pages',
    elements: [
      ...(at > 0 ? [to(at - 1, 'More urgent')] : []),
      ...(at < pages - 1 ? [to(at + 1, 'Less urgent')] : []),
    ],
  };
}

function homeButton(actionId: string, label: string, value: string, accessible = label): Button {
  return {
    type: 'button',
    action_id: actionId,
    value,
    text: plain(label, limits.button.text),
    accessibility_label: show(accessible, { max: limits.button.accessibility }),
  };
}

function switchWords({ off }: Switches): Piece[] {
  const scopes = Object.keys(off).slice(0, limits.rows);
  if (scopes.length === 0) return ['Everything is on.'];
  return [
    bold('Switched off: '),
    ...scopes.flatMap((scope, index): Piece[] => [
      index > 0 ? ', ' : '',
      bold(switchedName(scope), limits.name),
    ]),
    '. You may decide; what is approved waits.',
  ];
}

export function queueModal({ decide }: Pick<QueueView, 'decide'>): ModalView {
  const mine = decide.views.map(({ proposal }) => proposal);
  const text =
    decide.count === 0
      ? NOTHING
      : `${formatCount(decide.count, 'proposal')}, the most urgent first. Decide in App Home, or on the card in its channel.`;
  return {
    type: 'modal',
    callback_id: 'queue',
    title: plain(TITLE, limits.modal.title),
    close: plain('Close', limits.modal.button),
    blocks: [richText('queue', line(text), ...list(proposalRows(mine, decide.count)))],
  };
}
