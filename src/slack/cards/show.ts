import type { AuditEvent } from '../../domain/audit.ts';
import { describeEvent } from '../../domain/audit-line.ts';
import { agentBlocks } from './agent-words.ts';
import type { CardView } from './card-view.ts';
import { factBlocks, headline } from './facts.ts';
import { historyRows } from './history-rows.ts';
import type { SlackMessage } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { bold, line, list, type Piece, richText, sentence } from './pieces.ts';

/** One proposal with its whole history, to read; it is decided on its card. */
export function showMessage(view: CardView, events: readonly AuditEvent[]): SlackMessage {
  const { proposal, organisation } = view;
  const outcome = outcomeOf(view);
  const entries = events.toSorted((a, b) => a.seq - b.seq).map(describeEvent);
  const said: Piece[] = [`#${proposal.number}: `, { said: headline(view) }, '. ', ...outcome];
  return {
    text: sentence(said, organisation.timezone),
    blocks: [
      ...factBlocks(view),
      richText('outcome', line(...outcome)),
      ...(entries.length > 0
        ? [richText('history', line(bold('History')), ...list(historyRows(entries.map(withoutNumber))))]
        : []),
      ...agentBlocks(view),
    ],
  };
}

function withoutNumber(entry: ReturnType<typeof describeEvent>): ReturnType<typeof describeEvent> {
  return { ...entry, number: null };
}
