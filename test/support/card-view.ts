import { findAction, type OfferedAction } from '../../src/domain/manifest.ts';
import type { Decision, Execution, Proposal } from '../../src/domain/proposal.ts';
import { loadManifests } from '../../src/manifests/load-manifests.ts';
import type { CardView } from '../../src/slack/cards/card-view.ts';

function fixture(): Pick<CardView, 'offered' | 'tier' | 'organisation'> {
  const env = {
    BILLING_URL: 'http://127.0.0.1:4010',
    BILLING_TOKEN: 'tok_5e2b',
    REFUND_AGENT_KEY: 'key_77aa',
  };
  const loaded = loadManifests(`${import.meta.dirname}/../cases/card-manifests`, env);
  if (!('manifests' in loaded))
    throw new Error(`the cards' manifests do not load: ${JSON.stringify(loaded)}`);
  const offered = findAction(loaded.manifests, 'billing.refund');
  const tier = offered?.workflow.tiers[1];
  if (!offered || !tier) throw new Error("the cards' manifests lack the refund or its second tier");
  return { offered, tier, organisation: loaded.manifests.organisation };
}

export const { offered, tier, organisation } = fixture();

const at = (time: string) => new Date(`2026-11-17T${time}Z`);

export const approval: Decision = {
  round: 1,
  stage: 'approve',
  kind: 'approve',
  by: { id: 'U0DANAWHITF', name: 'Dana Whitfield' },
  principal: 'email:dana@acme.test',
  identities: ['email:dana@acme.test', 'id:U0DANAWHITF'],
  for: null,
  at: at('14:05:00'),
  reason: null,
  digest: `sha256:${'1a'.repeat(32)}`,
};

export const execution: Execution = {
  id: '01990000-0000-7000-8000-0000000000ee',
  round: 1,
  state: 'executed',
  attempts: 1,
  dueAt: at('14:05:00'),
  startedAt: at('14:05:01'),
  finishedAt: at('14:05:02'),
  result: { id: 're_1', secret: 'never shown' },
  error: null,
  before: { refundable: '3000.00', balance: '310.00' },
  after: { refundable: '1750.00', balance: '1560.00' },
};

const proposal: Proposal = {
  id: '01990000-0000-7000-8000-000000000042',
  number: 1042,
  version: 3,
  round: 1,
  state: 'pending',
  agent: 'refund-agent',
  action: 'billing.refund',
  system: 'billing',
  workflow: 'refunds',
  account: '4471',
  summary: 'Refund 1250.00 of invoice inv_9',
  input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
  reason: 'The customer was charged twice for November and asked for the second charge back.',
  evidence: [{ title: 'Ticket 88213', url: 'https://support.acme.test/tickets/88213' }],
  onBehalfOf: null,
  metadata: {},
  claimedImpact: null,
  impact: { minor: 125_000n, currency: 'USD' },
  tierIndex: 1,
  decide: 'human',
  why: '1250.00 is in 500.00–5000.00',
  policy: `sha256:${'9f'.repeat(32)}`,
  reversible: true,
  requesters: ['agent:refund-agent', 'email:sam@acme.test'],
  before: { refundable: '3000.00', balance: '310.00', internal: 'never shown' },
  blocked: null,
  digest: approval.digest,
  decisions: [],
  askedAgain: null,
  questions: [],
  execution: null,
  undoing: null,
  createdAt: at('14:00:00'),
  judgedAt: at('14:00:01'),
  dueAt: null,
  added: [],
  expiresAt: at('22:00:01'),
  executeBy: null,
  review: null,
  supersededBy: null,
  supersedes: null,
  handovers: [],
  paused: null,
  erasedAt: null,
  readAt: at('14:00:02'),
};

/** A card of #1042, a refund of $1,250.00 that waits, but for what is given. */
export function cardView(changes: Partial<Proposal> = {}, more: Partial<CardView> = {}): CardView {
  const owner = { kind: 'email' as const, email: 'sam@acme.test' };
  return { proposal: { ...proposal, ...changes }, offered, tier, organisation, owner, ...more };
}

interface CardCase {
  readonly proposal?: Partial<Proposal>;
  readonly decisions?: readonly Partial<Decision>[];
  readonly execution?: Partial<Execution>;
  readonly action?: Partial<OfferedAction['action']>;
  readonly history?: string;
  readonly own?: string;
  readonly tier?: number;
  readonly tierChanges?: Partial<CardView['tier']>;
  readonly stage?: 'review';
}

/** A case as it is written: what differs from #1042, times as ISO texts, cents as text. */
export function readCardCase(json: string): CardView {
  const isTime = (key: string, value: unknown) =>
    typeof value === 'string' && /^at$|At$|^executeBy$/.test(key);
  const read: CardCase = JSON.parse(json, (key, value) =>
    isTime(key, value) ? new Date(value) : key === 'minor' ? BigInt(value) : value,
  );
  const decisions = read.decisions?.map((each) => ({ ...approval, ...each }));
  const changes = {
    ...read.proposal,
    ...(decisions ? { decisions } : {}),
    ...(read.execution ? { execution: { ...execution, ...read.execution } } : {}),
  };
  return cardView(changes, {
    offered: { ...offered, action: { ...offered.action, ...read.action } },
    ...(read.history ? { history: read.history } : {}),
    ...(read.own ? { own: read.own } : {}),
    ...(read.stage ? { stage: read.stage } : {}),
    tier: { ...(offered.workflow.tiers[read.tier ?? 1] ?? tier), ...read.tierChanges },
  });
}
