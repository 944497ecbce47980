import type { Proposal } from '../../domain/proposal.ts';
import { formatCount } from './format-count.ts';
import type { SlackMessage } from './message.ts';
import { type GivenUp, parkedBlocks } from './parked.ts';
import { line, list, richText } from './pieces.ts';
import { proposalRows } from './proposal-rows.ts';

/** What waits for people, and what waits for an operator. */
export function pendingMessage(
  pending: readonly Proposal[],
  givenUp: GivenUp,
  mayRetry: boolean,
): SlackMessage {
  const text =
    pending.length === 0
      ? 'Nothing waits for a decision. Cards come to the channel of their tier as agents propose.'
      : `${formatCount(pending.length, 'proposal')} ${pending.length === 1 ? 'waits' : 'wait'} for a decision.`;
  return {
    text,
    blocks: [
      richText('pending', line(text), ...list(proposalRows(pending))),
      ...parkedBlocks(givenUp, mayRetry),
    ],
  };
}
