import { describe, expect, it } from 'vitest';
import { findAction } from '../../../src/domain/manifest.ts';
import { whyTooLate } from '../../../src/domain/undo.ts';
import { reviewComesBefore } from '../../../src/domain/votes.ts';
import { decisionCard } from '../../../src/slack/cards/decision-card.ts';
import { cardView } from '../../support/card-view.ts';
import { TEST_ENV, testManifests } from '../../support/context.ts';
import { readableText } from '../../support/readable-text.ts';

function withWindow(within: string) {
  const manifests = testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': (files['systems/billing.yml'] ?? '').replace(
      '    undo:\n      read:',
      `    undo:\n      within: ${within}\n      leaves: A credit note on the statement\n      read:`,
    ),
  }));
  const offered = findAction(manifests, 'billing.refund');
  const undo = offered?.action.undo;
  if (!offered || !undo) throw new Error('the manifests have no refund that can be undone');
  return { offered, undo };
}

describe('a way back that is open for a time', () => {
  const finishedAt = new Date('2026-11-17T12:00:00Z');

  it('is closed when that is over, and says until when it was open', () => {
    const { undo } = withWindow('24h');
    const at = (time: string) => whyTooLate(undo, { finishedAt }, new Date(time));
    expect(at('2026-11-18T11:59:59Z')).toBeUndefined();
    expect(at('2026-11-18T12:00:00Z')).toBe('it could be undone for 1 day, until 2026-11-18 12:00 UTC');
  });

  it('is looked at by a second human before the write, where it would be closed in their time', () => {
    const review = { by: [], withinMs: 24 * 3_600_000, timing: 'auto' } as const;
    expect(reviewComesBefore(withWindow('23h').offered, review)).toBe(true);
    expect(reviewComesBefore(withWindow('24h').offered, review)).toBe(false);
  });

  it('stands on the card before anybody approves it, with what stays behind', () => {
    const { offered } = withWindow('24h');
    const card = decisionCard({ ...cardView(), offered });
    const said = readableText(JSON.parse(JSON.stringify(card.blocks)));
    expect(said).toContain('Can be undone for 1 day in Billing ledger');
    expect(said).toContain('What stays behind: A credit note on the statement.');
  });
});
