import { describe, expect, it } from 'vitest';
import type { SlackMessage } from '../../../../src/slack/cards/message.ts';
import { pageMessage } from '../../../../src/slack/cards/page-message.ts';
import { approval, cardView, execution, offered } from '../../../support/card-view.ts';
import { readableText } from '../../../support/readable-text.ts';

const read = ({ blocks }: SlackMessage) => readableText(JSON.parse(JSON.stringify(blocks)));

describe('pageMessage', () => {
  it('pings the on-call and says that nobody knows', () => {
    const { proposal } = cardView({
      state: 'unknown',
      decisions: [approval],
      execution: { ...execution, error: 'no answer' },
    });
    const message = pageMessage(proposal, offered, '<!subteam^S0ONCALL>');
    expect(JSON.stringify(message.blocks)).toContain('{"type":"usergroup","usergroup_id":"S0ONCALL"}');
    expect(read(message)).toContain('may have happened, and nobody can say: no answer');
    expect(read(message)).toContain(execution.id);
  });

  it('asks of an undoing that may have happened, each button with the execution that it is about', () => {
    const request = { method: 'POST', path: '/void', body: undefined } as const;
    const { proposal } = cardView({
      state: 'executed',
      decisions: [approval],
      execution,
      undoing: { id: 'u1', state: 'unknown', request, error: 'the connection broke' },
    });
    const message = pageMessage(proposal, offered, '<!subteam^S0ONCALL>');
    expect(read(message)).toContain('may have been undone, and nobody can say: the connection broke');
    expect(message.blocks.at(-1)).toMatchObject({
      elements: [
        { action_id: 'resolve_happened', value: '1042 u1', text: { text: 'It was undone' } },
        { action_id: 'resolve_not_happened', value: '1042 u1', text: { text: 'It was not undone' } },
      ],
    });
  });

  it('pings nobody by a text that is no mention', () => {
    expect(JSON.stringify(pageMessage(cardView().proposal, offered, '<!channel>'))).not.toContain(
      '"broadcast"',
    );
  });
});
