import { describe, expect, it } from 'vitest';
import type { Surface } from '../../../src/demo/workspace/blocks/rules.ts';
import { asText, validateBlocks } from '../../../src/demo/workspace/blocks/validate-blocks.ts';
import { validateView } from '../../../src/demo/workspace/blocks/validate-view.ts';
import type { Json } from '../../../src/demo/workspace/protocol.ts';

const long = (length: number) => 'x'.repeat(length);
const plain = (length: number) => ({ type: 'plain_text', text: long(length) });
const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));
const button = (fields: object = {}) => ({ type: 'button', text: plain(1), action_id: 'a', ...fields });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (index: number, fields: object = {}) => ({ text: plain(1), value: String(index), ...fields });
const select = (fields: object) => actions({ type: 'static_select', action_id: 's', ...fields });
const confirm = (title: number, text: number, deny: number) =>
  actions(
    button({ confirm: { title: plain(title), text: plain(text), confirm: plain(1), deny: plain(deny) } }),
  );
const input = (fields: object = {}) => ({
  type: 'input',
  label: plain(1),
  element: { type: 'plain_text_input', action_id: 'i' },
  ...fields,
});

/** One block that is as large as Slack takes it at `limit`, and refused at one more. */
const table: readonly (readonly [
  what: string,
  limit: number,
  block: (size: number) => object,
  surface?: Surface,
])[] = [
  ['header text', 150, (size) => ({ type: 'header', text: plain(size) })],
  ['section text', 3_000, (size) => ({ type: 'section', text: plain(size) })],
  ['section field', 2_000, (size) => ({ type: 'section', fields: [plain(size)] })],
  ['section fields', 10, (size) => ({ type: 'section', fields: times(size, () => plain(1)) })],
  ['context elements', 10, (size) => ({ type: 'context', elements: times(size, () => plain(1)) })],
  ['actions', 25, (size) => actions(...times(size, (index) => button({ action_id: `a${index}` })))],
  ['button text', 75, (size) => actions(button({ text: plain(size) }))],
  ['button value', 2_000, (size) => actions(button({ value: long(size) }))],
  ['button url', 3_000, (size) => actions(button({ url: long(size) }))],
  ['accessibility label', 75, (size) => actions(button({ accessibility_label: long(size) }))],
  ['action_id', 255, (size) => actions(button({ action_id: long(size) }))],
  ['block_id', 255, (size) => ({ type: 'divider', block_id: long(size) })],
  [
    'overflow options',
    5,
    (size) => actions({ type: 'overflow', options: times(size, (index) => option(index)) }),
  ],
  [
    'radio options',
    10,
    (size) => actions({ type: 'radio_buttons', options: times(size, (index) => option(index)) }),
  ],
  [
    'checkbox options',
    10,
    (size) => actions({ type: 'checkboxes', options: times(size, (index) => option(index)) }),
  ],
  ['select options', 100, (size) => select({ options: times(size, (index) => option(index)) })],
  [
    'option groups',
    100,
    (size) => select({ option_groups: times(size, () => ({ label: plain(1), options: [option(1)] })) }),
  ],
  ['option text', 75, (size) => select({ options: [option(1, { text: plain(size) })] })],
  ['option value', 150, (size) => select({ options: [option(1, { value: long(size) })] })],
  ['option description', 75, (size) => select({ options: [option(1, { description: plain(size) })] })],
  ['placeholder', 150, (size) => select({ options: [option(1)], placeholder: plain(size) })],
  ['confirm title', 100, (size) => confirm(size, 1, 1)],
  ['confirm text', 300, (size) => confirm(1, size, 1)],
  ['confirm buttons', 30, (size) => confirm(1, 1, size)],
  [
    'image alt text',
    2_000,
    (size) => ({ type: 'image', image_url: 'https://a.example/b.png', alt_text: long(size) }),
  ],
  ['input label', 2_000, (size) => input({ label: plain(size) }), 'modal'],
  ['input hint', 2_000, (size) => input({ hint: plain(size) }), 'modal'],
  ['markdown', 12_000, (size) => ({ type: 'markdown', text: long(size) })],
  ['alert', 200, (size) => ({ type: 'alert', text: plain(size) }), 'modal'],
  [
    'table rows',
    100,
    (size) => ({ type: 'table', rows: times(size, () => [{ type: 'raw_text', text: '' }]) }),
  ],
  [
    'table columns',
    20,
    (size) => ({ type: 'table', rows: [times(size, () => ({ type: 'raw_text', text: '' }))] }),
  ],
  [
    'table characters',
    10_000,
    (size) => ({ type: 'table', rows: [[{ type: 'raw_text', text: long(size) }]] }),
  ],
  [
    'chart title',
    50,
    (size) => ({
      type: 'data_visualization',
      title: long(size),
      chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] },
    }),
  ],
  [
    'container children',
    10,
    (size) => ({ type: 'container', child_blocks: times(size, () => ({ type: 'divider' })) }),
  ],
];

function findings(blocks: readonly object[], surface: Surface = 'message'): string[] {
  return validateBlocks(JSON.parse(JSON.stringify(blocks)) as Json, surface).findings.map(asText);
}

describe('validating a block', () => {
  it.each(table.map(([what, limit, block, surface]) => ({ what, limit, block, surface })))(
    'takes $limit of $what and not one more',
    ({ limit, block, surface }) => {
      expect(findings([block(limit)], surface)).toEqual([]);
      expect(findings([block(limit + 1)], surface)).toHaveLength(1);
    },
  );

  it('counts after escaping', () => {
    expect(findings([{ type: 'section', text: { type: 'mrkdwn', text: '&'.repeat(601) } }])).toEqual([
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ]);
  });

  it('takes 50 blocks in a message and 100 in a view', () => {
    const dividers = (count: number) => times(count, () => ({ type: 'divider' }));
    expect(findings(dividers(50))).toEqual([]);
    expect(findings(dividers(51))).toEqual(['no more than 50 items allowed [json-pointer:/blocks]']);
    expect(findings(dividers(100), 'home')).toEqual([]);
    expect(findings(dividers(101), 'home')).toHaveLength(1);
  });

  it('measures the text of all blocks together', () => {
    const sections = (last: number) =>
      [...times(4, () => 3_000), last].map((size) => ({ type: 'section', text: plain(size) }));
    expect(validateBlocks(sections(1_200), 'message').tooLong).toBe(false);
    expect(validateBlocks(sections(1_201), 'message').tooLong).toBe(true);
  });

  it.each<[string, object, readonly Surface[]]>([
    ['alert', { type: 'alert', text: plain(1) }, ['modal']],
    ['input', input(), ['message', 'modal', 'home']],
    ['markdown', { type: 'markdown', text: 'a' }, ['message']],
    ['table', { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }, ['message']],
    ['card', { type: 'card', title: plain(1) }, ['message']],
    [
      'data_visualization',
      {
        type: 'data_visualization',
        title: 'a',
        chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] },
      },
      ['message'],
    ],
  ])('takes %s on its own surfaces only', (type, block, surfaces) => {
    for (const surface of ['message', 'modal', 'home'] as const) {
      const expected = surfaces.includes(surface)
        ? []
        : [`unsupported type: ${type} [json-pointer:/blocks/0]`];
      expect(findings([block], surface)).toEqual(expected);
    }
  });

  it.each<[string, object[], string]>([
    [
      'an empty text',
      [{ type: 'section', text: plain(0) }],
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['no type', [{ text: plain(1) }], 'missing required field: type [json-pointer:/blocks/0]'],
    [
      'an unknown field',
      [{ type: 'divider', colour: 'red' }],
      'invalid additional property: colour [json-pointer:/blocks/0]',
    ],
    [
      'an unknown element',
      [actions({ type: 'slider' })],
      'unsupported type: slider [json-pointer:/blocks/0/elements/0]',
    ],
    [
      'mrkdwn where only plain text goes',
      [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }],
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text]',
    ],
    [
      'one action_id twice in a block',
      [actions(button(), button())],
      '`action_id` "a" already exists for `block_id` "" [json-pointer:/blocks/0]',
    ],
    [
      'one block_id twice',
      [
        { type: 'divider', block_id: 'd' },
        { type: 'divider', block_id: 'd' },
      ],
      '`block_id` "d" already exists [json-pointer:/blocks/1]',
    ],
    [
      'a wrong style',
      [actions(button({ style: 'green' }))],
      'must be a valid enum value [json-pointer:/blocks/0/elements/0/style]',
    ],
    [
      'a wrong date',
      [actions({ type: 'datepicker', initial_date: 'soon' })],
      'input must match regex pattern: ^\\d{4}-\\d{2}-\\d{2}$ [json-pointer:/blocks/0/elements/0/initial_date]',
    ],
  ])('refuses %s', (_, blocks, finding) => {
    expect(findings(blocks)).toEqual([finding]);
  });
});

describe('validating a view', () => {
  const modal = (fields: object = {}) =>
    validateView(JSON.parse(JSON.stringify({ type: 'modal', title: plain(1), blocks: [], ...fields }))).map(
      asText,
    );

  it.each([
    ['title', 24, (size: number) => ({ title: plain(size) })],
    ['submit', 24, (size: number) => ({ submit: plain(size) })],
    ['close', 24, (size: number) => ({ close: plain(size) })],
    ['private_metadata', 3_000, (size: number) => ({ private_metadata: long(size) })],
    ['callback_id', 255, (size: number) => ({ callback_id: long(size) })],
  ] as const)('takes a %s of %i characters and not one more', (_, limit, fields) => {
    expect(modal(fields(limit))).toEqual([]);
    expect(modal(fields(limit + 1))).toHaveLength(1);
  });

  it('needs a title, and a submit button where there is an input', () => {
    expect(modal({ title: undefined })).toEqual(['missing required field: title [json-pointer:/view]']);
    expect(modal({ blocks: [input()] })).toHaveLength(1);
    expect(modal({ blocks: [input()], submit: plain(4) })).toEqual([]);
  });
});
