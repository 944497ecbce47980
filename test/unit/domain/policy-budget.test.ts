import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression, ExpressionError, evaluate } from '../../../src/domain/expression.ts';
import { evaluateProposal } from '../../../src/domain/impact.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { TooLongToLoop } from '../../../src/domain/loops.ts';
import type { Action, Tier, Workflow } from '../../../src/domain/manifest.ts';
import { objection } from '../../../src/lifecycle/record.ts';
import { testManifests } from '../../support/context.ts';

/** `npm run deciding` makes 50,000. */
const POLICIES = Number(process.env.POLICY_CASES ?? 400);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const BUDGET_MS = 10;

const manifests = testManifests();
const action = manifests.systems.billing?.actions.refund as Action;
const workflow = manifests.workflows.refunds as Workflow;
const USD = { currency: 'USD', floor: undefined };

/** What makes backtracking and loops slow, as much of it as a proposal commonly holds; docs/threats.md says what 64 KiB of it cost. */
const INPUT: JsonObject = {
  account: '4471',
  amount: '1250.00',
  text: `${'a'.repeat(28)}!`,
  long: 'ab'.repeat(150),
  number: 7,
  list: Array.from({ length: 50 }, (_, index) => index),
  rows: Array.from({ length: 20 }, (_, index) => ({ id: String(index), amount: '1.00' })),
};

const { expression } = fc.letrec<{
  expression: string;
  condition: string;
  list: string;
  text: string;
  number: string;
}>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', 'input.number', 'size(input.list)', 'size(input.long)', 'input.none'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map((parts) => `(${parts.join(' ')})`),
    tie('list').map((list) => `size(${list})`),
  ),
  text: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('input.text', 'input.long', 'account', "'a'", "'(a+)+$'", "'(a|a)*b'"),
    fc.tuple(tie('text'), tie('text')).map((parts) => `(${parts.join(' + ')})`),
  ),
  list: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('input.list', 'input.rows', '[1, 2, 3]'),
    fc
      .tuple(tie('list'), fc.constantFrom('map', 'filter'), tie('condition'))
      .map(([list, macro, each]) => `${list}.${macro}(x, ${each})`),
    fc.tuple(tie('list'), tie('list')).map((parts) => `(${parts.join(' + ')})`),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('true', 'x == 1', 'input.none == 1', 'input.rows[0].id == account'),
    fc
      .tuple(tie('text'), fc.constantFrom('matches', 'contains', 'startsWith', 'endsWith'), tie('text'))
      .map(([one, method, other]) => `${one}.${method}(${other})`),
    fc
      .tuple(tie('list'), fc.constantFrom('all', 'exists', 'exists_one'), tie('condition'))
      .map(([list, macro, each]) => `${list}.${macro}(x, ${each})`),
    fc
      .tuple(tie('number'), fc.constantFrom('<', '<=', '==', '!=', '>'), tie('number'))
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map((parts) => `(${parts.join(' ')})`),
    tie('condition').map((condition) => `!(${condition})`),
  ),
  expression: fc.oneof(
    tie('condition'),
    tie('number'),
    tie('text').map((text) => `decimal(${text})`),
    fc.string({ maxLength: 60 }),
  ),
}));

function isTaken(source: string): boolean {
  try {
    checkExpression(source);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError);
    return false;
  }
}

/** Of the processor, whatever else runs on the machine. */
function msOf(work: () => unknown): number {
  const began = process.cpuUsage();
  try {
    work();
  } catch {
    // What can't be evaluated fails closed: other tests say how.
  }
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

/** Memory may be tidied up meanwhile: what is slow is slow again. */
function leastMsOf(work: () => unknown): number {
  let least = msOf(work);
  for (let again = 0; again < 4 && least > BUDGET_MS; again += 1) least = Math.min(least, msOf(work));
  return least;
}

describe('a policy', () => {
  it(
    `is refused when it is loaded, or evaluated within ${BUDGET_MS} ms: ${POLICIES} of them (seed ${SEED})`,
    () => {
      const counts = { taken: 0, refused: 0, slowest: 0, source: '' };
      fc.assert(
        fc.property(expression, expression, (impact, when) => {
          if (![impact, when].every(isTaken)) {
            counts.refused += 1;
            // Nothing of these was let through.
            return;
          }
          counts.taken += 1;
          expect(`${impact} ${when}`).not.toMatch(/\.matches\(/);
          const tiers = workflow.tiers.map((tier): Tier => ({ ...tier, when }));
          const offered = { action: { ...action, impact }, workflow: { ...workflow, tiers } };
          const ms = leastMsOf(() => evaluateProposal(offered, INPUT, USD));
          if (ms > counts.slowest) Object.assign(counts, { slowest: ms, source: `${impact} | ${when}` });
          expect(ms, `${impact} | ${when}`).toBeLessThan(BUDGET_MS);
        }),
        { numRuns: POLICIES, seed: SEED },
      );
      expect(counts.taken).toBeGreaterThan(POLICIES / 20);
      expect(counts.refused).toBeGreaterThan(POLICIES / 20);
      if (POLICIES >= 10_000) console.log(JSON.stringify(counts));
    },
    30_000 + POLICIES * 30,
  );

  it.each(['(a+)+$', '(a|a)*b', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'has no regular expression %s',
    (bomb) => {
      for (const source of [
        `input.text.matches('${bomb}')`,
        `matches(input.text, '${bomb}')`,
        `input.list.exists(x, input.text.matches('${bomb}'))`,
        `[input.text.matches('${bomb}')][0]`,
        `{'a': input.text.matches('${bomb}')}.a`,
        `true ? input.text.matches('${bomb}') : false`,
      ])
        expect(isTaken(source), source).toBe(false);
    },
  );

  it('has no loop in a loop, wherever it stands', () => {
    for (const source of [
      'input.list.all(x, input.list.all(y, x == y))',
      'input.list.all(x, size(input.list.map(y, y)) == 1)',
      'input.list.map(x, [input.list.map(y, y)])',
      'input.list.filter(x, true || input.list.exists(y, y == x))',
      "input.list.map(x, {'a': input.list.map(y, y)})",
      'input.list.all(x, x == 1 ? input.list.exists(y, true) : false)',
    ])
      expect(isTaken(source), source).toBe(false);
    // One beside the other they are.
    const source = 'input.list.exists(x, x == 7) && input.list.all(x, x < 1000)';
    checkExpression(source);
    expect(leastMsOf(() => evaluate(source, { input: INPUT }))).toBeLessThan(BUDGET_MS);
  });

  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const rows = (count: number) =>
    numbers(count).map((index) => ({ id: `k${index}`, amount: index, at: 'x' }));

  it.each([
    ['input.list.all(x, x in input.list)', { list: numbers(1_000) }],
    ['input.list.all(x, size(input.text) > x)', { list: numbers(1_000), text: 'é'.repeat(4_000) }],
    ['input.rows.all(x, input.rows == input.more)', { rows: rows(700), more: rows(700) }],
    ["input.text.split('').exists(x, x == 'b')", { text: 'a'.repeat(1_000) }],
  ])('takes a loop as long as it may be in a tenth of a second: %s', (source, input) => {
    checkExpression(source);
    expect(leastMsOf(() => evaluate(source, { input }))).toBeLessThan(300);
    expect(evaluate(source, { input })).toBeTypeOf('boolean');
  });

  it.each([
    [
      'input.list.all(x, x in input.list)',
      { list: numbers(16_000) },
      /a loop over 16000 items is not run, 1000 at most.*maxItems/,
    ],
    [
      'input.map.all(x, x == x)',
      { map: Object.fromEntries(numbers(1_001).map((n) => [`k${n}`, 1])) },
      /1001 items/,
    ],
    ['input.deep.list.exists(x, x == 1)', { deep: { list: numbers(1_001) } }, /1001 items/],
    ["input.text.split('').all(x, true)", { text: 'a'.repeat(60_000) }, /60000 items/],
    [
      'input.list.all(x, size(input.text) > x)',
      { list: numbers(1_000), text: 'é'.repeat(60_000) },
      /1000 items .* a text of 60000 characters.*maxLength/,
    ],
    [
      'input.rows.all(x, input.rows == input.more)',
      { rows: rows(1_000), more: rows(1_000) },
      /1000 items .* beside 8004 values/,
    ],
  ])('does not begin a longer one, and says what to do: %s', (source, input, says) => {
    checkExpression(source);
    const refused = () => evaluate(source, { input: input as JsonObject });
    expect(refused).toThrow(TooLongToLoop);
    expect(refused).toThrow(says);
    expect(leastMsOf(refused)).toBeLessThan(BUDGET_MS);
  });

  it('holds no expression up that goes through nothing, however long the list', () => {
    const input = { list: numbers(16_000), text: 'a'.repeat(60_000) };
    expect(evaluate('size(input.list) == 16000 && 15999 in input.list', { input })).toBe(true);
  });

  it('sends to the highest tier what its impact would take too long for, and says why', () => {
    const impact = 'decimal(size(input.list.filter(x, x > 3)))';
    const offered = { action: { ...action, impact }, workflow };
    const input = { account: '4471', list: numbers(1_001) };
    const evaluation = evaluateProposal(offered, input, USD);
    expect(evaluation.impact).toBeNull();
    expect(evaluation.tierIndex).toBe(workflow.tiers.length - 1);
    expect(evaluation.reason.because[0]?.result).toMatch(/^not computable: a loop over 1001 items/);
    expect(evaluateProposal(offered, { ...input, list: numbers(9) }, USD).impact?.minor).toBe(500n);
  });

  it('lets nothing through whose condition would take too long', () => {
    const that = 'input.list.all(x, x < 100000)';
    const held = { ...action, require: [{ that, otherwise: 'too much' }] };
    expect(objection(held, { input: { list: numbers(1_001) } })).toMatch(
      /^It can't be judged: a loop over 1001/,
    );
    expect(objection(held, { input: { list: numbers(1_000) } })).toBeUndefined();
    const tiers = workflow.tiers.map((tier): Tier => ({ ...tier, when: that }));
    const input = { account: '4471', amount: '1.00', invoice: 'inv_9', list: numbers(1_001) };
    const highest = workflow.tiers.length - 1;
    expect(evaluateProposal({ action, workflow: { ...workflow, tiers } }, input, USD).tierIndex).toBe(
      highest,
    );
    const short = { ...input, list: numbers(9) };
    expect(evaluateProposal({ action, workflow: { ...workflow, tiers } }, short, USD).tierIndex).toBe(0);
  });
});
