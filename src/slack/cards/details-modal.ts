import type { KnownBlock, ModalView } from '@slack/types';
import type { RenderedRequest } from '../../domain/envelope.ts';
import { canonicalText } from '../../domain/json.ts';
import { isReviewable } from '../../domain/votes.ts';
import { rejectButton, reviewButtons } from './buttons.ts';
import { blockId, type CardView } from './card-view.ts';
import { headlineBlocks, hiddenLines, stateBlocks } from './facts.ts';
import { fieldsOf } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, line, type Piece, plain, preformatted, richText } from './pieces.ts';
import { neutralise, pagesOf, show } from './text.ts';

interface Room {
  readonly bytes: number;
  readonly blocks: number;
}

interface Part {
  readonly title: string;
  readonly text: string;
}

/** Everything, paged over blocks. It offers to approve only where all that will be done is really on it. */
export function detailsModal(view: CardView, privateMetadata: string): ModalView {
  const { proposal } = view;
  const hidden = hiddenLines(view);
  const head = [
    ...headlineBlocks(view),
    ...(hidden.length > 0 ? [richText(blockId('hidden', view), ...hidden)] : []),
    ...stateBlocks(view),
  ];
  const all = pagesIn('facts', factParts(view));
  const room = { bytes: limits.view.bytes, blocks: limits.view.blocks - head.length - RESERVED };
  const facts = fitting(all, room);
  const whole = facts.length === all.length;
  const rest = { bytes: room.bytes - bytesOf(facts), blocks: room.blocks - facts.length };
  const words = pagesIn('words', agentParts(view));
  const said = whole ? fitting(words, rest) : [];
  const open = proposal.state === 'pending';
  return {
    type: 'modal',
    callback_id: 'details',
    private_metadata: privateMetadata,
    title: plain(`Full details of #${proposal.number}`, limits.modal.title),
    close: plain('Close', limits.modal.button),
    ...(open && whole ? { submit: plain('Approve', limits.modal.button) } : {}),
    blocks: [
      ...head,
      ...facts,
      ...(whole ? [] : [notice(view, 'facts-cut', TOO_LARGE)]),
      ...(open
        ? [{ type: 'actions' as const, block_id: blockId('decide', view), elements: [rejectButton(view)] }]
        : []),
      ...(view.stage === 'review' && isReviewable(proposal)
        ? [reviewButtons(view, { isWhole: whole, withDetails: false })]
        : []),
      ...(said.length > 0 ? [label(view), ...said] : []),
      ...(said.length < words.length ? [notice(view, 'words-cut', WORDS_CUT)] : []),
    ],
  };
}

/** Blocks that are neither facts nor the agent's words. */
const RESERVED = 4;

const TOO_LARGE: Piece[] = [
  bold('It is too large to be shown whole in Slack, so it can not be approved here. '),
  'Reject it, or have the agent propose it in smaller parts.',
];
const WORDS_CUT: Piece[] = ['The agent says more than fits here; what will be done does not depend on it.'];

function notice(view: CardView, place: string, pieces: readonly Piece[]): KnownBlock {
  return richText(blockId(place, view), line(...pieces));
}

function label(view: CardView): KnownBlock {
  return {
    type: 'context',
    block_id: blockId('agent-label', view),
    elements: [plain('The agent says (unverified)', limits.header)],
  };
}

function factParts({ offered, proposal, envelope }: CardView): Part[] {
  return [
    ...fieldsOf(offered.action, proposal.input).map(({ name, text }) => ({ title: name, text })),
    ...(envelope ? requestParts(envelope.request) : []),
    { title: 'Digest of all this', text: proposal.digest ?? 'none yet' },
    { title: 'Decided under the policy', text: proposal.policy },
  ];
}

function requestParts(request: RenderedRequest): Part[] {
  if ('instructions' in request) return [{ title: 'What a person will do', text: request.instructions }];
  if ('tool' in request)
    return [
      { title: 'The tool that will be called', text: request.tool },
      { title: 'Its arguments', text: canonicalText(request.arguments) },
    ];
  if ('event' in request)
    return [
      { title: 'The event that will wait', text: request.event },
      { title: 'Its data', text: canonicalText(request.data) },
    ];
  const sent = { title: 'What will be sent', text: `${request.method} ${request.path}` };
  return request.body === undefined
    ? [sent]
    : [sent, { title: 'Its body', text: canonicalText(request.body) }];
}

function agentParts({ proposal }: CardView): Part[] {
  return [
    { title: 'Reason', text: proposal.reason },
    ...proposal.evidence.map(({ title, url }) => ({ title: `Evidence: ${title}`, text: url })),
    ...(proposal.claimedImpact === null
      ? []
      : [{ title: 'Claims an impact of', text: proposal.claimedImpact }]),
    ...Object.entries(proposal.metadata).map(([name, text]) => ({ title: `Metadata: ${name}`, text })),
  ];
}

/** A name too long to be a title is paged with its text, so that it can not hide its own end. */
function pagesIn(place: string, parts: readonly Part[]): KnownBlock[] {
  return parts
    .flatMap(({ title, text }) => {
      const long = show(title, { max: limits.name }) !== neutralise(title);
      const pages = pagesOf(long ? `${title}\n\n${text}` : text || '(empty)', limits.element);
      const shown = long ? 'Under a long name' : title;
      return pages.map((page, index) => ({ page, title: index === 0 ? shown : `${shown}, continued` }));
    })
    .map(({ page, title }, index) => richText(`${place}:${index}`, line(bold(title)), preformatted(page)));
}

/** As many of the blocks, from the first on, as the room holds. */
function fitting(blocks: readonly KnownBlock[], room: Room): KnownBlock[] {
  const fit: KnownBlock[] = [];
  let bytes = 0;
  for (const block of blocks) {
    bytes += bytesOf([block]);
    if (bytes > room.bytes || fit.length === room.blocks) break;
    fit.push(block);
  }
  return fit;
}

function bytesOf(blocks: readonly KnownBlock[]): number {
  return new TextEncoder().encode(JSON.stringify(blocks)).length;
}
