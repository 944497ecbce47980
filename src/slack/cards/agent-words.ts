import type { KnownBlock } from '@slack/types';
import type { Question } from '../../domain/proposal.ts';
import { blockId, type CardView } from './card-view.ts';
import { formatCount } from './format-count.ts';
import { limits } from './limits.ts';
import { elementsOf, line, list, type Piece, plain, quote, richText } from './pieces.ts';
import { bareHost, mixedAlphabets } from './text.ts';

/** The agent's own words: last on the card, apart, and marked, so that they can look like nothing of ours. */
export function agentBlocks(view: CardView): KnownBlock[] {
  const { reason, evidence, questions, claimedImpact } = view.proposal;
  const shown = evidence.slice(0, limits.agent.evidence);
  const more = evidence.length - shown.length;
  const mixed = mixedAlphabets([reason, ...shown.map(({ title }) => title)].join(' '));
  const quoted = elementsOf([{ said: reason || '(no reason given)', max: limits.agent.text }]);
  const points: Piece[][] = [
    ...shown.map(({ title, url }) => [
      { said: title || '(no title)', max: limits.agent.title },
      ' (',
      { said: bareHost(url), max: limits.name },
      ')',
    ]),
    ...(more > 0 ? [[`… ${formatCount(more, 'more piece')} of evidence`]] : []),
  ];
  const flag = mixed.length > 0 ? ` · words that mix ${mixed.join(' and ')}: look closely` : '';
  return [
    {
      type: 'context',
      block_id: blockId('agent-label', view),
      elements: [plain(`The agent says (unverified)${flag}`, limits.header)],
    },
    richText(
      blockId('agent', view),
      { type: 'rich_text_quote', elements: quoted },
      ...(claimedImpact === null
        ? []
        : [line('It claims an impact of ', { said: claimedImpact, max: limits.agent.title }, '.')]),
      ...(points.length > 0 ? [line('It points to:'), ...list(points)] : []),
      ...(questions.length > 0 ? list(questions.slice(-limits.agent.questions).map(questionLine)) : []),
    ),
  ];
}

/** Asked by somebody who may decide; the answer is the agent's own words. */
function questionLine({ by, text, answer }: Question): Piece[] {
  return [
    { said: by.name, max: limits.name },
    ' asked: ',
    ...quote(text, limits.agent.text),
    ...(answer
      ? [' It answered: ', ...quote(answer.text, limits.agent.text)]
      : [' It has not answered yet; the time goes on.']),
  ];
}
