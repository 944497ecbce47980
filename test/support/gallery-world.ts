import { acme } from '../../src/demo/acme.ts';
import type {
  BlockView,
  Json,
  MessageView,
  ModalView,
  RequestEntry,
  WorkspaceView,
} from '../../src/demo/workspace/protocol.ts';
import { auditAnswer, longSection, newerBlocks, refundCard, settledCard } from './gallery-cards.ts';
import { rejectModal } from './gallery-views.ts';

export const NOW_SECONDS = 1_794_836_000;
const BOT = 'U0COUNTERSB';
const DM = 'D0COUNTERSB';
const REFUNDS = 'C0REFUNDAPP';

const isBlock = (value: Json): value is BlockView & { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.type === 'string';

export function toBlocks(source: readonly object[]): BlockView[] {
  const parsed: Json[] = JSON.parse(JSON.stringify(source));
  return parsed.filter(isBlock);
}

export function workspaceFor(as: string): WorkspaceView {
  const me = acme.people.find((person) => person.id === as || person.handle === as) ?? acme.people[0];
  const people = acme.people.map(({ isGuest, isDeactivated, strangerFrom, ...person }) => ({
    ...person,
    kind: isDeactivated
      ? ('deactivated' as const)
      : strangerFrom
        ? ('stranger' as const)
        : isGuest
          ? ('guest' as const)
          : ('member' as const),
  }));
  const isIn = (members: readonly string[]) => members.includes(me?.handle ?? '');
  return {
    team: acme.team,
    app: {
      id: 'A0COUNTERSN',
      name: 'Countersign',
      description: 'Approve, reject and audit what AI agents want to do.',
      botUser: BOT,
      homeEnabled: true,
      messagesEnabled: true,
    },
    me: me?.id ?? '',
    people: [...people, botPerson],
    groups: acme.groups,
    conversations: [
      ...acme.channels.map(({ id, name, topic, isPrivate, members }) => ({
        id,
        name,
        topic,
        members,
        kind: isPrivate ? ('private' as const) : ('public' as const),
        archived: false,
        isMember: isIn(members),
        unread: name === 'agent-ops' ? 2 : 0,
      })),
      {
        id: DM,
        kind: 'dm',
        name: 'Countersign',
        topic: '',
        members: [],
        archived: false,
        isMember: true,
        unread: 1,
        withPerson: BOT,
        closedBecause: 'Sending messages to this app has been turned off.',
      },
    ],
    commands: [
      {
        command: '/agent',
        description: 'Audit, pause or resume agents',
        usageHint: 'audit 4471 | disable <agent> | enable <agent> | status | help',
      },
    ],
    shortcuts: [
      {
        name: 'My approval queue',
        description: 'Open the decisions that wait for you',
        type: 'global',
        callbackId: 'open_queue',
      },
      { name: 'Audit this', description: 'Who decided what', type: 'message', callbackId: 'audit_this' },
    ],
    tour,
    now: NOW_SECONDS * 1000,
  };
}

const botPerson = {
  id: BOT,
  handle: 'countersign',
  name: 'Countersign',
  title: '',
  email: '',
  timeZone: 'Etc/UTC',
  locale: 'en-US',
  kind: 'bot' as const,
  part: '',
};

const tour = {
  steps: [
    {
      title: 'Approve a refund as Lea',
      text: 'A refund waits in #refund-approvals. Read the card, then press Approve.',
      as: 'lea',
      channel: REFUNDS,
    },
    {
      title: 'Ask as the CFO what happened',
      text: 'Everything about account 4471, in one sentence and a timeline.',
      as: 'cfo',
      channel: 'C0AGENTOPS1',
      prefill: '/agent audit 4471',
    },
    {
      title: 'Pull the kill switch',
      text: 'From then on no write starts. /agent enable undoes it.',
      as: 'lee',
      channel: 'C0AGENTOPS1',
      prefill: '/agent disable',
    },
  ],
  proposal: {
    url: 'http://127.0.0.1:3000/v1/proposals',
    headers: { authorization: 'Bearer whsec_demo', 'content-type': 'application/json' },
    example: JSON.stringify({
      action: 'billing.refund',
      input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
      reason: "Charged twice; it's on the invoice",
    }),
  },
};

const bot = { id: BOT, name: 'Countersign', isBot: true };
const lea = { id: 'U0LEABRANDT', name: 'Lea Brandt', isBot: false };
const max = { id: 'U0MAXODE001', name: 'Max Ode', isBot: false };

function message(minutesAgo: number, part: Partial<MessageView>): MessageView {
  const ts = `${NOW_SECONDS - minutesAgo * 60}.000100`;
  return {
    channel: REFUNDS,
    ts,
    author: bot,
    text: '',
    blocks: [],
    ephemeral: false,
    files: [],
    edited: false,
    replyCount: 0,
    replyUsers: [],
    ...part,
  };
}

export const galleryMessages: readonly MessageView[] = [
  message(1500, { author: max, text: 'Morning. I am out from 3, <@U0LEABRANDT> has the refunds.' }),
  message(1499, { author: max, text: 'The list is at https://wiki.acme.test/refunds &amp; it is *short*.' }),
  message(90, {
    blocks: toBlocks(settledCard),
    edited: true,
    replyCount: 2,
    replyUsers: [lea.id, BOT],
    latestReply: `${NOW_SECONDS - 80 * 60}.000100`,
  }),
  message(40, {
    blocks: toBlocks(longSection),
    problem: {
      blockId: 'pick',
      actionId: 'close_all',
      text: 'Operation timed out. Apps need to respond within three seconds.',
    },
  }),
  message(25, {
    blocks: toBlocks(refundCard),
    text: 'Refund 1,250.00 USD to account 4471 (#1042) waits for you until 18:30.',
  }),
  message(12, { author: lea, text: 'Looking at it now :eyes:' }),
  message(10, { blocks: toBlocks(auditAnswer), ephemeral: true }),
  message(4, { blocks: toBlocks(newerBlocks) }),
];

export const galleryThread: readonly MessageView[] = [
  message(90, { blocks: toBlocks(settledCard), edited: true }),
  message(85, { author: lea, text: 'Invoice says the same. Approved.' }),
  message(80, { text: 'Executed as `re_77120` in 1.9 s.' }),
];

export const galleryModal: ModalView = {
  id: 'V0REJECT001',
  callbackId: 'reject',
  title: 'Reject #1042',
  submit: 'Reject',
  close: 'Cancel',
  blocks: toBlocks(rejectModal),
  hash: '1',
  values: {},
  errors: {},
  problem: null,
};

const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

function request(id: number, part: Partial<RequestEntry>): RequestEntry {
  return {
    id,
    at: (NOW_SECONDS - 60 + id) * 1000,
    direction: 'in',
    transport: 'http',
    name: 'chat.postMessage',
    method: 'POST',
    url: '/api/chat.postMessage',
    latencyMs: 12,
    status: 200,
    ok: true,
    findings: [],
    requestBody: '{\n  "channel": "C0REFUNDAPP"\n}',
    responseBody: '{\n  "ok": true\n}',
    ...part,
  };
}

export const galleryRequests: readonly RequestEntry[] = [
  request(1, { name: 'auth.test', url: '/api/auth.test', latencyMs: 3 }),
  request(2, {}),
  request(3, {
    direction: 'out',
    name: 'block_actions',
    url: 'http://127.0.0.1:3000/slack/events',
    latencyMs: 41,
    signature,
  }),
  request(4, {
    ok: false,
    error: 'invalid_blocks',
    findings: ['must be less than 76 characters [json-pointer:/blocks/6/elements/0/text/text]'],
  }),
  request(5, {
    direction: 'out',
    name: '/agent',
    url: 'http://127.0.0.1:3000/slack/events',
    latencyMs: null,
    status: null,
    ok: null,
    signature,
  }),
];
