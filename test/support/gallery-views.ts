import { button, mrkdwn, plain } from './gallery-cards.ts';

export const homeBlocks = [
  { type: 'header', block_id: 'h', text: plain('Waiting for you') },
  { type: 'context', block_id: 'c', elements: [mrkdwn('2 decisions · most urgent first')] },
  ...[
    ['#1042', 'Refund 1,250.00 USD to account 4471', 'in 35 minutes'],
    ['#1044', 'Credit limit of account 8810 to 20,000.00 USD', 'in 3 hours'],
  ].flatMap(([number, what, due]) => [
    { type: 'divider', block_id: `d${number}` },
    {
      type: 'section',
      block_id: `s${number}`,
      text: mrkdwn(`*${number}* ${what}\ndue ${due}, proposed by \`refund-agent\``),
      accessory: button(`show${number}`, 'Open'),
    },
  ]),
  { type: 'header', block_id: 'sw', text: plain('Switches') },
  { type: 'section', block_id: 'sws', text: mrkdwn('🟢 Everything is *on*. Last drill 12 days ago.') },
  {
    type: 'actions',
    block_id: 'kill',
    elements: [button('disable', 'Disable all agents', { style: 'danger' })],
  },
];

export const rejectModal = [
  { type: 'section', block_id: 'what', text: mrkdwn('*#1042* · Refund 1,250.00 USD to account 4471') },
  {
    type: 'input',
    block_id: 'why',
    label: plain('Reason'),
    hint: plain('The agent and everybody in the channel read this.'),
    element: {
      type: 'plain_text_input',
      action_id: 'text',
      multiline: true,
      min_length: 10,
      max_length: 500,
      placeholder: plain('Why not?'),
    },
  },
  {
    type: 'input',
    block_id: 'kind',
    label: plain('Kind'),
    element: {
      type: 'radio_buttons',
      action_id: 'kind',
      options: ['Wrong amount', 'Wrong account', 'Not now'].map((text) => ({
        text: plain(text),
        value: text,
      })),
    },
  },
  {
    type: 'input',
    block_id: 'tell',
    optional: true,
    label: plain('Also tell'),
    element: { type: 'multi_users_select', action_id: 'people', placeholder: plain('Choose people') },
  },
  { type: 'alert', block_id: 'alert', level: 'warning', text: mrkdwn('Dana opened this card a minute ago.') },
];
