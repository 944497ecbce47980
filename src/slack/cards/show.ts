import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { AuditEvent } from '../../domain/audit.ts';
import { describeEvent } from '../../domain/audit-line.ts';
import { agentBlocks } from './agent-words.ts';
import type { CardView } from './card-view.ts';
import { factBlocks, headline } from './facts.ts';
import { historyPage, turningButtons } from './history-page.ts';
import { historyRows } from './history-rows.ts';
import { limits } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { bold, line, list, type Piece, richText, sentence } from './pieces.ts';

export interface ShownHistory {
  readonly events: readonly AuditEvent[];
  /** There are more, older ones. */
  readonly isCut: boolean;
  /** From 0, the newest; each in the order in which it happened. */
  readonly page: number;
}

/** One proposal with its whole history, to read; it is decided on its card. */
export function showMessage(view: CardView, history: ShownHistory): SlackMessage {
  const { proposal, organisation } = view;
  const outcome = outcomeOf(view);
  const said: Piece[] = [`#${proposal.number}: `, { said: headline(view) }, '. ', ...outcome];
  return {
    text: sentence(said, organisation.timezone),
    blocks: [
      ...factBlocks(view),
      richText('outcome', line(...outcome)),
      ...historyBlocks(history, proposal.number),
      ...agentBlocks(view),
      ...metadataBlocks(view),
    ],
  };
}

/** The agent's own words too, which a card leaves to its details. */
function metadataBlocks({ proposal: { metadata } }: CardView): KnownBlock[] {
  const entries = Object.entries(metadata).map(([name, text]): Piece[] => [
    { said: name, max: limits.agent.title },
    ': ',
    { said: text, max: limits.shown.text },
  ]);
  return entries.length > 0 ? [richText('metadata', line('With it the agent sent:'), ...list(entries))] : [];
}

function historyBlocks({ events, isCut, page }: ShownHistory, number: number): KnownBlock[] {
  if (events.length === 0) return [];
  const shown = historyPage(
    events.toSorted((a, b) => a.seq - b.seq),
    page,
  );
  const entries = shown.rows.map(describeEvent).map((entry) => ({ ...entry, number: null }));
  const cut = isCut ? ' · the oldest are left out: take them as a file, by audit export' : '';
  const buttons = turningButtons(shown, 'show_page', String(number));
  const actions: ActionsBlock = { type: 'actions', block_id: 'show', elements: buttons };
  return [
    richText('history', line(bold('History'), shown.place, cut), ...list(historyRows(entries))),
    ...(buttons.length > 0 ? [actions] : []),
  ];
}
