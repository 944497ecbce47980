import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, type JsonObject } from '../../../../src/domain/json.ts';
import { PROPOSAL_STATES } from '../../../../src/domain/proposal.ts';
import { decisionCard, isShownWhole, recordingCard } from '../../../../src/slack/cards/decision-card.ts';
import type { SlackMessage } from '../../../../src/slack/cards/message.ts';
import { factsIn, objections, objectsIn } from '../../../support/card-checks.ts';
import { approval, cardView, execution, offered, tier } from '../../../support/card-view.ts';
import { hostileTexts } from '../../../support/hostile-texts.ts';

/** `CARD_CASES=20000`: each property as often; the whole of it takes minutes. */
const CASES = Number(process.env.CARD_CASES ?? 0);
const PATIENCE_MS = 30_000 + CASES * 60;

const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 400 }));
const anyInput = fc.dictionary(
  fc.oneof(fc.constantFrom('account', 'invoice', 'amount'), fc.string({ unit: 'binary', maxLength: 30 })),
  fc.oneof(anyText, fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' })),
  { maxKeys: 6 },
);
const anyWords = fc.record({
  reason: anyText,
  evidence: fc.array(fc.record({ title: anyText, url: fc.oneof(anyText, fc.webUrl()) }), { maxLength: 10 }),
  metadata: fc.dictionary(anyText, anyText, { maxKeys: 3 }),
  claimedImpact: fc.option(anyText),
});

const actionIds = ({ blocks }: SlackMessage) =>
  objectsIn(blocks).flatMap((each) => (each.type === 'button' ? [String(each.action_id)] : []));

describe('decisionCard', () => {
  it(
    'passes Slack and pings, links and hides nothing, whatever anybody wrote',
    () => {
      const everywhere = fc.record({
        text: anyText,
        input: anyInput,
        words: anyWords,
        state: fc.constantFrom(...PROPOSAL_STATES),
      });
      fc.assert(
        fc.property(everywhere, ({ text, input, words, state }) => {
          const view = cardView(
            {
              ...words,
              input: JSON.parse(JSON.stringify(input)),
              state,
              summary: text,
              account: text,
              onBehalfOf: text,
              before: { refundable: text, balance: { deep: text } },
              blocked: text,
              questions: [
                {
                  id: 'q',
                  text,
                  by: { id: 'U1', name: text },
                  askedAt: approval.at,
                  answer: { text, at: approval.at },
                },
              ],
              handovers: [{ toId: 'U1', toName: text, byName: text }],
              decisions: [
                { ...approval, kind: 'reject', reason: text, by: { id: 'U1', name: text } },
                approval,
              ],
              execution: { ...execution, error: text, result: { id: text } },
            },
            { history: text, people: () => text },
          );
          expect(objections(decisionCard(view))).toEqual([]);
        }),
        { numRuns: CASES || 300 },
      );
    },
    PATIENCE_MS,
  );

  it.each(hostileTexts.map((text, index) => ({ index, text })))(
    'holds against hostile text $index',
    ({ text }) => {
      const view = cardView({
        reason: text,
        summary: text,
        input: { account: '4471', invoice: text, amount: '1.00' },
      });
      expect(objections(decisionCard(view))).toEqual([]);
    },
  );

  it(
    'says the same before the agent’s words whatever the agent says',
    () => {
      const silent = decisionCard(cardView({ reason: '', evidence: [] }));
      fc.assert(
        fc.property(anyWords, (words) => {
          const card = decisionCard(cardView(words));
          expect(factsIn(card.blocks)).toEqual(factsIn(silent.blocks));
          expect(card.text).toBe(silent.text);
        }),
        { numRuns: CASES || 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'shows equal facts for equal inputs and for no others',
    () => {
      const factsOf = (input: JsonObject) =>
        JSON.stringify(factsIn(decisionCard(cardView({ input })).blocks));
      const small = fc
        .dictionary(
          fc.oneof(
            fc.constantFrom('account', 'invoice', 'amount', 'note'),
            fc.string({ unit: 'binary', maxLength: 4 }),
          ),
          fc.oneof(
            fc.constantFrom<string | number | boolean | null>(
              '',
              '""',
              '5',
              5,
              'null',
              null,
              ' x',
              'x',
              'x\n',
              'x⏎ ',
            ),
            fc.string({ unit: 'binary', maxLength: 8 }),
            fc.jsonValue({ maxDepth: 1 }),
          ),
          { maxKeys: 3 },
        )
        .map((input): JsonObject => JSON.parse(JSON.stringify({ invoice: 'inv', ...input })))
        // The schema takes nothing but text in these.
        .filter((input) =>
          ['account', 'invoice', 'amount'].every(
            (name) => !(name in input) || typeof input[name] === 'string',
          ),
        );
      fc.assert(
        fc.property(small, small, (one, other) => {
          fc.pre(isShownWhole(cardView({ input: one })) && isShownWhole(cardView({ input: other })));
          expect(factsOf(one) === factsOf(other)).toBe(canonicalText(one) === canonicalText(other));
        }),
        { numRuns: CASES || 600 },
      );
    },
    PATIENCE_MS,
  );

  it('offers Approve and Reject while it is pending and shown whole', () => {
    expect(actionIds(decisionCard(cardView()))).toEqual(['approve', 'reject']);
  });

  it.each([
    ['a long field', { account: '4471', invoice: 'x'.repeat(1_600), amount: '1.00' }],
    ['many fields', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`field${i}`, 'x']))],
    [
      '10,000 lines of padding',
      { account: '4471', invoice: `${'\n'.repeat(10_000)}to: evil`, amount: '1.00' },
    ],
    ['a long name', { ['x'.repeat(200)]: 'y' }],
  ])('offers nothing but the full details for %s', (_, input) => {
    const card = decisionCard(cardView({ input }));
    expect(actionIds(card)).toEqual(['details']);
    expect(JSON.stringify(card.blocks)).toContain('Not all of it is shown here');
  });

  it('lets the second human agree only to what is shown whole', () => {
    const review = {
      state: 'in_review' as const,
      review: { state: 'awaiting' as const, dueAt: null },
      decisions: [approval],
    };
    const invoice = 'x'.repeat(1_600);
    const copy = (input: JsonObject) =>
      decisionCard(cardView({ ...review, input }, { stage: 'review' as const }));
    expect(actionIds(copy({ invoice: 'inv_9' }))).toEqual(['agree', 'object', 'details']);
    expect(actionIds(copy({ invoice }))).toEqual(['object', 'details']);
  });

  it('says first that it cannot be undone, whatever an agent makes the summary say', () => {
    const card = decisionCard(cardView({ reversible: false, summary: 'x'.repeat(400) }));
    expect(JSON.stringify(card.blocks[0])).toContain('$1,250.00 · cannot be undone · xxx');
  });

  it('says of nothing that it can be undone which was not written', () => {
    for (const state of [
      'rejected',
      'expired',
      'withdrawn',
      'superseded',
      'blocked',
      'failed',
      'rolled_back',
    ] as const)
      expect(JSON.stringify(decisionCard(cardView({ state })).blocks)).not.toContain('be undone');
  });

  it('says everything in one order: what, who asks, the input, the record, the way back, who decides', () => {
    const places = decisionCard(cardView({}, { history: 'none in 90 days' })).blocks.map(
      (block) => block.block_id?.split(':')[0],
    );
    expect(places).toEqual([
      'headline',
      'who',
      'input',
      'record',
      'undo',
      'decides',
      'decide',
      'proof',
      'agent-label',
      'agent',
    ]);
  });

  it('has no buttons in any other state', () => {
    const without = PROPOSAL_STATES.filter((each) => each !== 'pending' && each !== 'awaiting_manual');
    for (const state of without) expect(actionIds(decisionCard(cardView({ state })))).toEqual([]);
  });

  it('asks what became of a write by hand', () => {
    const card = decisionCard(cardView({ state: 'awaiting_manual' }));
    expect(actionIds(card)).toEqual(['manual_done', 'manual_failed', 'details']);
  });

  it('asks again before what cannot be undone is approved', () => {
    const irreversible = {
      ...offered,
      action: { ...offered.action, undo: undefined, irreversible: 'It is posted at once.' },
    };
    const card = decisionCard(cardView({ reversible: false }, { offered: irreversible }));
    const confirm = objectsIn(card.blocks).find((each) => each.action_id === 'approve')?.confirm;
    expect(JSON.stringify(confirm)).toContain('It cannot be undone. $1,250.00');
    expect(JSON.stringify(card.blocks)).toContain('It is posted at once.');
  });

  it('names everybody who may decide and how many more', () => {
    const approvers = Array.from({ length: 9 }, (_, i) => ({
      kind: 'email' as const,
      email: `p${i}@acme.test`,
    }));
    expect(decisionCard(cardView({}, { tier: { ...tier, approvers } })).text).toContain(
      'p4@acme.test or one of 4 others decides by',
    );
  });

  it('gives its blocks other names when it changes', () => {
    const ids = (message: SlackMessage) => message.blocks.map((block) => block.block_id);
    const first = ids(decisionCard(cardView()));
    expect(new Set(first).size).toBe(first.length);
    for (const changed of [cardView({ version: 4 }), cardView({ paused: 'all' })])
      expect(ids(decisionCard(changed)).filter((id) => first.includes(id))).toEqual([]);
  });

  it('carries an opaque reference to the round that was shown', () => {
    const values = objectsIn(decisionCard(cardView({ round: 2 })).blocks).flatMap((each) => each.value ?? []);
    expect(new Set(values.map((each) => (typeof each === 'string' ? each.split('|').at(-1) : each)))).toEqual(
      new Set(['01990000-0000-7000-8000-000000000042:2']),
    );
  });
});

describe('recordingCard', () => {
  it('has no button left and says whose decision is being recorded', () => {
    const card = recordingCard(cardView(), 'Dana', 'approval');
    expect(actionIds(card)).toEqual([]);
    expect(JSON.stringify(card.blocks)).toContain('Dana’s');
    expect(objections(card)).toEqual([]);
  });
});
