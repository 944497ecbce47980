import type { KnownBlock, SectionBlock } from '@slack/types';
import { approversOf, isReviewable } from '../../domain/votes.ts';
import { button } from './buttons.ts';
import { blockId, type CardView } from './card-view.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { bold, line, type Mention, type Piece, plain, richText, sentence, words } from './pieces.ts';
import { proposalHead, proposalRow } from './proposal-rows.ts';
import { totalOf } from './total-of.ts';
import { reviewDeadline } from './who-decides.ts';

/**
 * Many proposals in one message, where cards of their own would come too late. A line says what would happen and for how much, and opens
 * the whole: nothing is decided on the line itself.
 */
export function cardList(views: readonly CardView[]): SlackMessage {
  const [first] = views;
  if (!first) throw new Error('a list has at least one line');
  const { timezone } = first.organisation;
  const open = views.filter(isOpen);
  const said = headOf(views, open);
  return {
    text: sentence(said, timezone),
    blocks: [
      richText(blockId('list', first, String(open.length)), line(...said, ...mentionsOf(open))),
      ...views.map((view) => rowOf(view, timezone)),
    ],
  };
}

/** Somebody has to decide or to look at it. */
function isOpen({ proposal, stage }: CardView): boolean {
  return stage === 'review' ? isReviewable(proposal) : proposal.state === 'pending';
}

function headOf(views: readonly CardView[], open: readonly CardView[]): Piece[] {
  const of = formatCount(views.length, 'proposal');
  if (open.length === 0) return [`None of these ${of} waits any more.`];
  const left = open.length === views.length ? of : `${open.length} of ${of}`;
  const wait = open.length === 1 ? 'waits' : 'wait';
  return [bold(`${left} ${wait}, for ${totalOf(open)} in all.`), ' Open one to see all of it and decide.'];
}

/** Each of those who are pinged, once. */
function mentionsOf(open: readonly CardView[]): Piece[] {
  const found = new Map<string, Mention>();
  for (const view of open)
    for (const who of whoseTurn(view)) {
      const mention = view.mention?.(who);
      if (mention) found.set(JSON.stringify(mention.ping), mention);
    }
  return [...found.values()].slice(0, limits.mentions).flatMap((mention): Piece[] => [' ', mention]);
}

function whoseTurn({ proposal, tier, stage }: CardView) {
  return stage === 'review' ? (tier.review?.by ?? []) : approversOf(tier, proposal);
}

function rowOf(view: CardView, timezone: string): SectionBlock & KnownBlock {
  const { number } = view.proposal;
  return {
    type: 'section',
    block_id: blockId(`line-${number}`, view),
    text: plain(words(lineOf(view), timezone), limits.list.text),
    ...(isOpen(view) ? { accessory: button(view, 'details', 'Look at it') } : {}),
  };
}

function lineOf(view: CardView): Piece[] {
  const { proposal, stage } = view;
  if (stage !== 'review' && proposal.state === 'pending')
    return [...proposalRow(proposal), ...(proposal.reversible ? [] : [' · cannot be undone'])];
  const then = isOpen(view) ? [' ', ...reviewDeadline(view)] : [];
  return [...proposalHead(proposal), '. ', ...outcomeOf(view), ...then];
}
