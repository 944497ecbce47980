import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { Proposal } from '../../domain/proposal.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { header, line, list, plain, richText } from './pieces.ts';
import { proposalRows } from './proposal-rows.ts';

const TITLE = 'Waiting for you';

function queueBlocks(mine: readonly Proposal[]): KnownBlock[] {
  if (mine.length === 0) {
    const text =
      'Nothing waits for you. What an agent proposes and you may decide appears here, and as a card in its channel.';
    return [richText('queue', line(text))];
  }
  const text = `${formatCount(mine.length, 'proposal')}, the most urgent first. Decide on the card in its channel.`;
  return [richText('queue', line(text), ...list(proposalRows(mine)))];
}

export function homeView(mine: readonly Proposal[]): HomeView {
  return { type: 'home', blocks: [header('headline', TITLE), ...queueBlocks(mine)] };
}

export function queueModal(mine: readonly Proposal[]): ModalView {
  return {
    type: 'modal',
    callback_id: 'queue',
    title: plain(TITLE, limits.modal.title),
    close: plain('Close', limits.modal.button),
    blocks: queueBlocks(mine),
  };
}
