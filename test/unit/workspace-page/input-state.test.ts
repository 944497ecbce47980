import { describe, expect, it } from 'vitest';
import { checkInputs } from '../../../src/demo/workspace/page/check-inputs.ts';
import { collectState } from '../../../src/demo/workspace/page/input-state.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const input = (block_id: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id,
  element,
  ...more,
});

const blocks = [
  input('why', { type: 'plain_text_input', action_id: 'text', min_length: 5 }),
  input('kind', {
    type: 'radio_buttons',
    action_id: 'kind',
    options: [option('a')],
    initial_option: option('a'),
  }),
  input('who', { type: 'multi_users_select', action_id: 'people' }, { optional: true }),
  {
    type: 'section',
    block_id: 'when',
    accessory: { type: 'datepicker', action_id: 'day', initial_date: '2026-11-20' },
  },
  { type: 'actions', block_id: 'decide', elements: [{ type: 'button', action_id: 'go' }] },
  {
    type: 'container',
    block_id: 'box',
    child_blocks: [input('in', { type: 'number_input', action_id: 'sum', initial_value: '5' })],
  },
];

describe('collectState', () => {
  it('has one entry for each element that holds something, empty ones too, and none for buttons', () => {
    expect(collectState(blocks, {})).toEqual({
      why: { text: { type: 'plain_text_input', value: null } },
      kind: { kind: { type: 'radio_buttons', selected_option: option('a') } },
      who: { people: { type: 'multi_users_select', selected_users: [] } },
      when: { day: { type: 'datepicker', selected_date: '2026-11-20' } },
      in: { sum: { type: 'number_input', value: '5' } },
    });
  });

  it('prefers what was typed, and forgets it when its block is gone', () => {
    const edits = {
      why: { text: { type: 'plain_text_input', value: 'because' } },
      gone: { x: { type: 'plain_text_input', value: 'old' } },
    };
    const state = collectState(blocks, edits);
    expect(state.why).toEqual(edits.why);
    expect(state).not.toHaveProperty('gone');
  });
});

describe('checkInputs', () => {
  const check = (element: object, value: string | null, more: object = {}) => {
    const all = [input('b', { action_id: 'a', ...element }, more)];
    const type = 'type' in element && typeof element.type === 'string' ? element.type : '';
    return checkInputs(all, { b: { a: { type, value } } }).b;
  };

  it('wants what is required, in Slack’s words, and lets go of what is optional', () => {
    expect(check({ type: 'plain_text_input' }, null)).toBe('Please complete this required field.');
    expect(check({ type: 'plain_text_input' }, null, { optional: true })).toBeUndefined();
  });

  it('takes an empty selection for nothing', () => {
    const all = [input('b', { type: 'multi_users_select', action_id: 'a' })];
    const values = { b: { a: { type: 'multi_users_select', selected_users: [] } } };
    expect(checkInputs(all, values)).toHaveProperty('b');
  });

  it.each([
    [{ type: 'plain_text_input', min_length: 5 }, 'four', 'at least 5'],
    [{ type: 'plain_text_input', max_length: 5 }, 'sixsix', 'no more than 5'],
    [{ type: 'email_text_input' }, 'dana', 'valid email'],
    [{ type: 'url_text_input' }, 'javascript:alert(1)', 'valid URL'],
    [{ type: 'number_input' }, '1.5', 'whole number'],
    [{ type: 'number_input', is_decimal_allowed: true }, 'much', 'a number'],
    [{ type: 'number_input', is_decimal_allowed: true, max_value: '9.5' }, '9.6', 'at most 9.5'],
  ])('refuses %j holding %j', (element, value, sentence) => {
    expect(check(element, value)).toContain(sentence);
  });

  it('accepts what fits', () => {
    expect(
      check({ type: 'number_input', is_decimal_allowed: true, max_value: '9.5' }, '9.5'),
    ).toBeUndefined();
    expect(check({ type: 'email_text_input' }, 'dana@acme.test')).toBeUndefined();
  });
});
