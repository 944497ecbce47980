import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asText } from '../../../../src/demo/workspace/blocks/validate-blocks.ts';
import { validateView } from '../../../../src/demo/workspace/blocks/validate-view.ts';
import { detailsModal } from '../../../../src/slack/cards/details-modal.ts';
import { rejectModal } from '../../../../src/slack/cards/reject-modal.ts';
import { objectsIn } from '../../../support/card-checks.ts';
import { cardView } from '../../../support/card-view.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';

type Modal = ReturnType<typeof detailsModal>;

const objections = (modal: Modal) => validateView(JSON.parse(JSON.stringify(modal))).map(asText);
const bytesOf = (modal: Modal) => Buffer.byteLength(JSON.stringify(modal));
const textsOf = (modal: Modal) =>
  objectsIn(modal.blocks).flatMap((each) => (each.type === 'text' ? [String(each.text)] : []));

describe('rejectModal', () => {
  it('asks for a reason and passes Slack, whatever the proposal says', () => {
    for (const text of hostileTexts) {
      const modal = rejectModal(cardView({ summary: text, account: text, number: 1_000_042 }), 'ref');
      expect(objections(modal)).toEqual([]);
    }
    const reason = rejectModal(cardView(), 'ref').blocks.find((block) => block.block_id === 'reason');
    expect(reason).toMatchObject({
      optional: false,
      element: { action_id: 'reason', min_length: 3, max_length: 500 },
    });
  });
});

describe('detailsModal', () => {
  it('shows a long field to its end and lets it be approved', () => {
    const invoice = `${'0123456789'.repeat(1_000)}THE END`;
    const modal = detailsModal(cardView({ input: { account: '4471', invoice, amount: '1.00' } }), 'ref');
    expect(textsOf(modal).join('').replaceAll('invoice, continued', '')).toContain(invoice);
    expect(modal).toMatchObject({
      callback_id: 'details',
      private_metadata: 'ref',
      submit: { text: 'Approve' },
    });
    expect(JSON.stringify(modal.blocks)).toContain('"action_id":"reject"');
  });

  it.each([
    ['a field larger than a modal', { account: '4471', invoice: 'x'.repeat(300_000) }],
    ['wide characters', { account: '4471', invoice: '東'.repeat(90_000) }],
    ['hundreds of fields', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, 'x']))],
  ])('offers no approval where %s does not fit', (_, input) => {
    const modal = detailsModal(cardView({ input }), 'ref');
    expect(modal.submit).toBeUndefined();
    expect(textsOf(modal).join('')).toContain('can not be approved here');
    expect(objections(modal)).toEqual([]);
    expect(bytesOf(modal)).toBeLessThan(250 * 1024);
  });

  it('does not depend on how much the agent says', () => {
    const evidence = Array.from({ length: 10 }, (_, i) => ({
      title: `${i}`,
      url: 'https://x.test/'.repeat(3_000),
    }));
    const modal = detailsModal(cardView({ reason: 'y'.repeat(10_000), evidence }), 'ref');
    expect(modal.submit?.text).toBe('Approve');
    expect(textsOf(modal).join('')).toContain('The agent says more than fits here');
    expect(objections(modal)).toEqual([]);
  });

  it('offers nothing once it is decided', () => {
    const modal = detailsModal(cardView({ state: 'rejected' }), 'ref');
    expect(modal.submit).toBeUndefined();
    expect(JSON.stringify(modal.blocks)).not.toContain('"action_id"');
  });

  it('passes Slack with any text anywhere', () => {
    const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(text, text, text, (name, value, said) => {
        const evidence = [{ title: said, url: said }];
        const modal = detailsModal(
          cardView({
            input: JSON.parse(JSON.stringify({ [name]: value })),
            reason: said,
            evidence,
            metadata: { [name]: said },
          }),
          'ref',
        );
        expect(objections(modal)).toEqual([]);
        expect(textsOf(modal).join('')).not.toContain('\u202e');
      }),
    );
  });
});
