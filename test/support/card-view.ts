import type { OfferedAction, Organisation, Tier } from '../../src/domain/manifest.ts';
import type { Decision, Execution, Proposal } from '../../src/domain/proposal.ts';
import type { CardView } from '../../src/slack/cards/card-view.ts';

const at = (time: string) => new Date(`2026-11-17T${time}Z`);

export const organisation: Organisation = {
  name: 'Acme',
  currency: 'USD',
  timezone: 'America/New_York',
  operators: [{ kind: 'email', email: 'dana@acme.test' }],
  alerts: 'agent-ops',
  auditReaders: 'everyone',
};

export const tier: Tier = {
  below: undefined,
  upTo: 500_000n,
  decide: 'human',
  approvers: [{ kind: 'group', handle: 'support-leads' }],
  channel: 'refund-approvals',
  expiresMs: 8 * 3_600_000,
  executeWithinMs: 3_600_000,
};

export const offered: OfferedAction = {
  name: 'billing.refund',
  system: {
    id: 'billing',
    title: 'Billing ledger',
    kind: 'system_of_record',
    onConflict: 'Billing wins.',
    read: {},
    write: {},
    owner: { kind: 'email', email: 'dana@acme.test' },
    onCall: { kind: 'email', email: 'lee@acme.test' },
    rollbackContact: { kind: 'group', handle: 'billing-oncall' },
    credential: { account: 'svc', secrets: [] },
    connector: {
      type: 'http',
      baseUrl: 'http://127.0.0.1',
      allowPrivate: true,
      headers: {},
      timeoutMs: 5_000,
      idempotencyHeader: 'Idempotency-Key',
    },
    actions: {},
  },
  action: {
    id: 'refund',
    title: 'Refund an invoice',
    scope: 'refunds',
    input: {
      type: 'object',
      additionalProperties: false,
      properties: { account: { type: 'string' }, invoice: { type: 'string' }, amount: { type: 'string' } },
    },
    account: 'input.account',
    impact: 'decimal(input.amount)',
    summary: 'Refund ${{ input.amount }} of invoice ${{ input.invoice }}',
    before: { method: 'GET', path: '/accounts/${{ input.account }}', body: undefined },
    show: ['refundable', 'balance'],
    require: [],
    request: { method: 'POST', path: '/refunds', body: {} },
    after: undefined,
    tellAgent: ['id'],
    find: undefined,
    undo: {
      read: undefined,
      onlyIf: "now.state == 'posted'",
      request: { method: 'POST', path: '/refunds/${{ result.id }}/void', body: undefined },
    },
    irreversible: undefined,
  },
  workflow: {
    id: 'refunds',
    title: 'Customer refunds',
    actions: ['billing.refund'],
    owner: { kind: 'email', email: 'dana@acme.test' },
    agreed: { by: { kind: 'email', email: 'dana@acme.test' }, date: '2026-11-02' },
    channel: 'refund-approvals',
    tiers: [tier],
  },
};

export const approval: Decision = {
  round: 1,
  stage: 'approve',
  kind: 'approve',
  by: { id: 'U0DANAWHITF', name: 'Dana Whitfield' },
  principal: 'email:dana@acme.test',
  at: at('14:05:00'),
  reason: null,
  digest: `sha256:${'1a'.repeat(32)}`,
};

export const execution: Execution = {
  id: '01990000-0000-7000-8000-0000000000ee',
  round: 1,
  state: 'executed',
  attempts: 1,
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
  execution: null,
  createdAt: at('14:00:00'),
  judgedAt: at('14:00:01'),
  expiresAt: at('22:00:01'),
  executeBy: null,
  paused: null,
  readAt: at('14:00:02'),
};

/** A card of #1042, a refund of $1,250.00 that waits, but for what is given. */
export function cardView(changes: Partial<Proposal> = {}, more: Partial<CardView> = {}): CardView {
  return { proposal: { ...proposal, ...changes }, offered, tier, organisation, ...more };
}
