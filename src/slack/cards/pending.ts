import { formatCount } from './format-count.ts';
import type { SlackMessage } from './message.ts';
import { type GivenUp, parkedBlocks } from './parked.ts';
import { line, list, richText } from './pieces.ts';
import { proposalRows } from './proposal-rows.ts';
import type { Waiting } from './status.ts';

/** What waits for people, and what waits for an operator. */
export function pendingMessage({ count, first }: Waiting, givenUp: GivenUp, mayRetry: boolean): SlackMessage {
  const text =
    count === 0
      ? 'Nothing waits for a decision. Cards come to the channel of their tier as agents propose.'
      : `${formatCount(count, 'proposal')} ${count === 1 ? 'waits' : 'wait'} for a decision.`;
  return {
    text,
    blocks: [
      richText('pending', line(text), ...list(proposalRows(first, count))),
      ...parkedBlocks(givenUp, mayRetry),
    ],
  };
}
