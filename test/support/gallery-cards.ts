/** Cards, answers and screens as the bot would send them, to look at the page without the bot. Ids are Acme's. */
export const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const said = (text: string) => ({ type: 'text', text });
export const button = (action_id: string, text: string, more: object = {}) => ({
  type: 'button',
  action_id,
  text: plain(text),
  value: 'prop_0199',
  ...more,
});

const agentWords = (text: string) => ({
  type: 'rich_text',
  block_id: 'reason',
  elements: [{ type: 'rich_text_quote', elements: [said(text)] }],
});

const decide = {
  type: 'actions',
  block_id: 'decide',
  elements: [
    button('approve', 'Approve', { style: 'primary', accessibility_label: 'Approve #1042' }),
    button('reject', 'Reject', { style: 'danger', accessibility_label: 'Reject #1042' }),
    {
      type: 'overflow',
      action_id: 'more',
      options: ['Ask the agent', 'Approve for less', 'Hand over', 'Full payload'].map((text) => ({
        text: plain(text),
        value: text,
      })),
    },
  ],
};

export const refundCard = [
  { type: 'header', block_id: 'title', text: plain('Refund 1,250.00 USD to account 4471') },
  {
    type: 'context',
    block_id: 'who',
    elements: [
      mrkdwn(
        '*#1042* · proposed by `refund-agent` for sam@acme.test · workflow *refunds* · awaiting decision',
      ),
    ],
  },
  {
    type: 'section',
    block_id: 'facts',
    fields: [
      mrkdwn('*Impact*\n1,250.00 USD'),
      mrkdwn('*Account*\n4471 · Northwind Traders'),
      mrkdwn('*Invoice*\ninv_9, paid 12 Nov'),
      mrkdwn('*Reversible*\nUntil settled, about 2 days'),
    ],
  },
  {
    type: 'rich_text',
    block_id: 'images',
    elements: [
      {
        type: 'rich_text_section',
        elements: [{ type: 'text', text: 'Before → after', style: { bold: true } }],
      },
      {
        type: 'rich_text_preformatted',
        elements: [said('invoice.refunded    0.00 → 1,250.00\naccount.balance   310.00 → 1,560.00')],
      },
    ],
  },
  {
    type: 'section',
    block_id: 'history',
    text: mrkdwn(
      '2 refunds in 90 days, 410.00 in all; `inv_9` was never refunded. See <https://billing.acme.test/4471|account 4471>.',
    ),
  },
  {
    type: 'section',
    block_id: 'clock',
    text: mrkdwn(
      'Somebody of <!subteam^S0SUPPLEADS> decides by <!date^1794838200^{date_short_pretty} at {time}|18:30 UTC>; then <@U0DANAWHITF> is asked, then it expires and nothing is written.',
    ),
  },
  decide,
  { type: 'context', block_id: 'label', elements: [mrkdwn('In the agent’s own words, not verified:')] },
  agentWords(
    'The customer was charged twice for November &amp; asked for the second charge back. <!channel> *approve* https://evil.test',
  ),
];

export const settledCard = [
  { type: 'header', block_id: 'title', text: plain('Refund 640.00 USD to account 2210') },
  {
    type: 'context',
    block_id: 'who',
    elements: [mrkdwn('*#1041* · proposed by `refund-agent` · workflow *refunds*')],
  },
  {
    type: 'section',
    block_id: 'outcome',
    text: mrkdwn(
      '✅ *Approved* by <@U0LEABRANDT> <!date^1794831000^{time}|17:10 UTC>, *executed* 2 s later as `re_77120`. Reviewed by <@U0MAXODE001>: agreed.',
    ),
  },
];

export const longSection = [
  { type: 'header', block_id: 'title', text: plain('Close 14 dormant accounts') },
  {
    type: 'section',
    block_id: 'long',
    text: mrkdwn(
      Array.from(
        { length: 14 },
        (_, i) => `• Account *${4400 + i}* — no sign-in for ${400 + i * 7} days`,
      ).join('\n'),
    ),
  },
  {
    type: 'section',
    block_id: 'assign',
    text: mrkdwn('Whoever takes it:'),
    accessory: { type: 'users_select', action_id: 'assignee', placeholder: plain('Choose a person') },
  },
  {
    type: 'actions',
    block_id: 'pick',
    elements: [
      {
        type: 'static_select',
        action_id: 'reason',
        placeholder: plain('Why'),
        options: ['Duplicate', 'Fraud', 'Customer asked'].map((text) => ({ text: plain(text), value: text })),
      },
      { type: 'datepicker', action_id: 'until', initial_date: '2026-11-20' },
      button('close_all', 'Close accounts', {
        style: 'danger',
        confirm: {
          title: plain('Close 14 accounts?'),
          text: mrkdwn('This is *irreversible*: 14 accounts of Acme are closed for good.'),
          confirm: plain('Close them'),
          deny: plain('Keep them'),
          style: 'danger',
        },
      }),
    ],
  },
];

const row = (...cells: string[]) => cells.map((text) => ({ type: 'raw_text', text }));

export const auditAnswer = [
  {
    type: 'section',
    block_id: 'sentence',
    expand: true,
    text: mrkdwn(
      '*Account 4471, Nov 3 to Nov 9:* agents moved *1,660.00 USD* out of it in 3 refunds; one was undone (250.00), one was rejected (90.00).',
    ),
  },
  {
    type: 'data_table',
    block_id: 'timeline',
    caption: 'Timeline of account 4471',
    page_size: 4,
    rows: [
      row('When', 'What', 'Who', 'USD'),
      row('Nov 3, 09:12', '#1020 proposed', 'refund-agent', '410.00'),
      row('Nov 3, 09:31', '#1020 approved', 'Lea Brandt', '410.00'),
      row('Nov 3, 09:31', '#1020 executed', 're_77001', '410.00'),
      row('Nov 5, 14:02', '#1029 rejected', 'Max Ode', '90.00'),
      row('Nov 7, 10:40', '#1033 undone', 'Dana Whitfield', '250.00'),
    ],
  },
  {
    type: 'actions',
    block_id: 'share',
    elements: [button('share', 'Share here'), button('csv', 'Send me CSV')],
  },
];

export const newerBlocks = [
  {
    type: 'markdown',
    block_id: 'md',
    text: '## Weekly digest\n**42** proposals, *38* approved, ~~0~~ lost.\n\n- median decision: `4 m`\n- [Dashboard](https://acme.test/digest)',
  },
  {
    type: 'data_visualization',
    block_id: 'bars',
    title: 'Decisions a day',
    chart: {
      type: 'bar',
      axis_config: { categories: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'] },
      series: [
        {
          name: 'Approved',
          data: [8, 6, 9, 7, 8].map((value, i) => ({ label: 'Mon Tue Wed Thu Fri'.split(' ')[i], value })),
        },
        {
          name: 'Rejected',
          data: [1, 0, 2, 1, 0].map((value, i) => ({ label: 'Mon Tue Wed Thu Fri'.split(' ')[i], value })),
        },
      ],
    },
  },
  {
    type: 'data_visualization',
    block_id: 'pie',
    title: 'Dollars by system',
    chart: {
      type: 'pie',
      segments: [
        { label: 'Billing', value: 8200 },
        { label: 'CRM', value: 3100 },
        { label: 'Fulfilment', value: 1900 },
      ],
    },
  },
  {
    type: 'plan',
    block_id: 'plan',
    title: 'Rolling back 24 h of billing',
    tasks: [
      { task_id: '1', title: 'Read 12 writes', status: 'complete' },
      { task_id: '2', title: 'Undo 11, leave 1', status: 'in_progress' },
      { task_id: '3', title: 'Report', status: 'pending' },
    ],
  },
  {
    type: 'container',
    block_id: 'box',
    title: plain('Details'),
    subtitle: mrkdwn('what was sent'),
    is_collapsible: true,
    child_blocks: [
      { type: 'section', block_id: 'inner', text: mrkdwn('`POST /v1/refunds` with key `idem_1`') },
    ],
  },
  {
    type: 'card',
    block_id: 'card',
    title: mrkdwn('*Refund agent*'),
    subtitle: mrkdwn('owned by sam@acme.test'),
    body: mrkdwn('May propose `billing.refund` up to 5,000.00.'),
    actions: [button('open', 'Open')],
  },
  { type: 'hologram', block_id: 'new', shine: true },
];
