import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateProposal } from '../../../src/domain/impact.ts';
import type { Action, Tier, Workflow } from '../../../src/domain/manifest.ts';
import { exponentOf } from '../../../src/domain/money.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();
const action = manifests.systems.billing?.actions.refund as Action;
const workflow = manifests.workflows.refunds as Workflow;

const USD = { currency: 'USD', floor: undefined };
const decideAt = (amount: string) =>
  evaluateProposal({ action, workflow }, { account: '4471', invoice: 'i', amount }, USD).tier.decide;

describe('the tier', () => {
  it('is the agent below 500.00, a human up to 5000.00, a named human above, to the cent', () => {
    for (let cents = 49_000; cents <= 51_000; cents += 1) {
      expect(decideAt(`${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)).toBe(
        cents < 50_000 ? 'agent' : 'human',
      );
    }
    for (let cents = 499_000; cents <= 501_000; cents += 1) {
      expect(decideAt(`${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`)).toBe(
        cents <= 500_000 ? 'human' : 'named',
      );
    }
  });

  it('is the same for an amount and for as much below zero', () => {
    const adjust: Action = { ...action, impact: 'input.delta * decimal(input.price)' };
    const decide = (delta: number) =>
      evaluateProposal({ action: adjust, workflow }, { account: '4471', delta, price: '1.00' }, USD);
    for (const delta of [499, 500, 5000, 5001]) {
      expect(decide(-delta).impact).toEqual(decide(delta).impact);
      expect(decide(-delta).tierIndex).toBe(decide(delta).tierIndex);
    }
    expect(decide(-5001).tier.decide).toBe('named');
  });

  it('has its boundaries at the minor unit of every currency', () => {
    for (const currency of ['JPY', 'USD', 'KWD']) {
      const unit = 10n ** BigInt(exponentOf(currency));
      const tiers = workflow.tiers.map(
        (tier): Tier => ({ ...tier, below: tier.below && 500n * unit, upTo: tier.upTo && 5000n * unit }),
      );
      const at = (minor: bigint) => {
        const text = minor.toString().padStart(4, '0');
        const cut = text.length - exponentOf(currency);
        const amount = currency === 'JPY' ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
        return evaluateProposal(
          { action, workflow: { ...workflow, tiers } },
          { account: '1', invoice: 'i', amount },
          { currency, floor: undefined },
        ).tier.decide;
      };
      expect(
        [at(500n * unit - 1n), at(500n * unit), at(5000n * unit), at(5000n * unit + 1n)],
        currency,
      ).toEqual(['agent', 'human', 'human', 'named']);
    }
  });

  it('is the highest for what can not be computed', () => {
    for (const amount of ['lots', '1e3', 12.5, null, {}, [1]]) {
      const evaluation = evaluateProposal(
        { action, workflow },
        { account: '4471', invoice: 'i', amount },
        USD,
      );
      expect(evaluation).toMatchObject({
        impact: null,
        tierIndex: 2,
        why: 'the impact could not be computed, so the highest tier decides',
      });
    }
  });

  it('depends on nothing but what the expression reads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (cents, noise) => {
          const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
          const input = { ...(noise as Record<string, never>), account: '4471', invoice: 'i', amount };
          expect(evaluateProposal({ action, workflow }, input, USD).tier.decide).toBe(decideAt(amount));
        },
      ),
    );
  });

  it('explains itself as a tree', () => {
    const { reason } = evaluateProposal(
      { action, workflow },
      { account: '4471', invoice: 'i', amount: '1250.00' },
      USD,
    );
    expect(reason).toEqual({
      rule: 'workflow refunds',
      result: '1250.00 is in 500.00–5000.00',
      because: [
        { rule: 'impact = decimal(input.amount)', result: '$1,250.00', because: [] },
        { rule: 'tier 1 (agent): below 500.00', result: 'does not fit', because: [] },
        { rule: 'tier 2 (human): in 500.00–5000.00', result: 'fits', because: [] },
      ],
    });
  });
});
