import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../../../src/domain/proposal.ts';
import { cardList } from '../../../../src/slack/cards/card-list.ts';
import type { CardView } from '../../../../src/slack/cards/card-view.ts';
import { limits } from '../../../../src/slack/cards/limits.ts';
import { objections, objectsIn } from '../../../support/card-checks.ts';
import { cardView } from '../../../support/card-view.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';

function many(changes: Partial<Proposal> = {}, more: Partial<CardView> = {}): CardView[] {
  return Array.from({ length: limits.list.rows }, (_, n) =>
    cardView(
      { ...changes, number: 1_001 + n, id: `0199aaaa-0000-7000-8000-${String(n).padStart(12, '0')}` },
      more,
    ),
  );
}

describe('many proposals in one message', () => {
  it('says what each is for and what they come to, and decides nothing where it stands', () => {
    const message = cardList(many());
    expect(message.text).toContain('20 proposals wait, for $25,000.00 in all.');
    const texts = JSON.stringify(message.blocks);
    for (const { proposal } of many()) expect(texts).toContain(`#${proposal.number} $1,250.00`);
    const buttons = objectsIn(message.blocks).filter(({ type }) => type === 'button');
    expect(buttons.map(({ action_id }) => action_id)).toEqual(Array<string>(20).fill('details'));
    expect(objections(message)).toEqual([]);
  });

  it('pings each of those who may decide once', () => {
    const mention = () => ({ ping: { group: 'S0SUPPLEADS' }, said: '@support-leads' });
    const pings = objectsIn(cardList(many({}, { mention })).blocks).filter(
      ({ type }) => type === 'usergroup',
    );
    expect(pings).toEqual([{ type: 'usergroup', usergroup_id: 'S0SUPPLEADS' }]);
  });

  it.each(hostileTexts.filter((_, n) => n % 40 === 0))(
    'takes what Slack takes, whatever an agent writes: %j',
    (text) => {
      const long = text.repeat(200).slice(0, 9_000);
      expect(objections(cardList(many({ summary: long, account: long, agent: long })))).toEqual([]);
    },
  );

  it('has no button where nothing is to be decided any more', () => {
    const message = cardList(many({ state: 'withdrawn' }));
    expect(message.text).toBe('None of these 20 proposals waits any more.');
    expect(objectsIn(message.blocks).filter(({ type }) => type === 'button')).toEqual([]);
  });
});
