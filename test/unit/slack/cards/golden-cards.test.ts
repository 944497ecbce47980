import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decisionCard } from '../../../../src/slack/cards/decision-card.ts';
import { objections } from '../../../support/card-checks.ts';
import { readCardCase } from '../../../support/card-view.ts';

const CASES = join(import.meta.dirname, '../../../cases/cards');
const names = readdirSync(CASES);

/** `vitest -u` draws them anew: look at the difference. */
describe('decisionCard', () => {
  it.each(names)('draws %s as it was looked at', async (name) => {
    const card = decisionCard(readCardCase(readFileSync(join(CASES, name, 'input.json'), 'utf8')));
    expect(objections(card)).toEqual([]);
    await expect(`${JSON.stringify(card, null, 2)}\n`).toMatchFileSnapshot(join(CASES, name, 'card.json'));
  });

  it('finds its cases', () => {
    expect(names.length).toBeGreaterThan(15);
  });
});
