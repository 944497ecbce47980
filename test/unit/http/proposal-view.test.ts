import { describe, expect, it } from 'vitest';
import {
  type Decision,
  type Execution,
  PROPOSAL_STATES,
  type Proposal,
} from '../../../src/domain/proposal.ts';
import { proposalView } from '../../../src/http/proposal-view.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();
const at = (clock: string) => new Date(`2026-11-23T${clock}Z`);

function proposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    id: '01990000-0000-7000-8000-00000000002a',
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
    reason: 'Charged twice',
    evidence: [],
    onBehalfOf: null,
    metadata: { thread: 't-1' },
    claimedImpact: '10.00',
    impact: { minor: 125_000n, currency: 'USD' },
    tierIndex: 1,
    decide: 'human',
    why: '1250.00 is in 500.00–5000.00',
    policy: manifests.digest,
    reversible: true,
    requesters: ['agent:refund-agent'],
    before: { refundable: '2000.00', secret: 'of the record' },
    blocked: null,
    digest: 'sha256:aa',
    askedAgain: null,
    decisions: [],
    questions: [],
    execution: null,
    undoing: null,
    createdAt: at('10:00:00'),
    judgedAt: at('10:00:01'),
    dueAt: null,
    added: [],
    expiresAt: at('14:30:00'),
    executeBy: null,
    review: null,
    supersededBy: null,
    supersedes: null,
    handovers: [],
    paused: null,
    erasedAt: null,
    readAt: at('10:00:02'),
    ...changes,
  };
}

const approval: Decision = {
  round: 1,
  stage: 'approve',
  kind: 'approve',
  by: { id: 'U1', name: 'Lea' },
  principal: 'person:1',
  identities: ['id:U1'],
  for: null,
  at: at('10:05:00'),
  reason: null,
  digest: 'sha256:aa',
};

const execution: Execution = {
  id: '01990000-0000-7000-8000-00000000002b',
  round: 1,
  state: 'executed',
  attempts: 1,
  dueAt: new Date('2026-11-23T10:05:00Z'),
  startedAt: at('10:05:01'),
  finishedAt: at('10:05:02'),
  result: { id: 're_1', card: '4111111111111111' },
  error: null,
  before: { balance: '1.00' },
  after: { balance: '2.00' },
};

const keyed = (text: string) => `keyed ${text}`;
const view = (changes: Partial<Proposal> = {}) =>
  proposalView(proposal(changes), manifests, { publicUrl: undefined, keyed });

describe('showing a proposal to its agent', () => {
  it('says what the second human says, and for whom somebody decided', () => {
    const dueAt = new Date('2026-11-24T10:00:00Z');
    const lent = { ...approval, for: { id: 'UDANA', name: 'Dana', principal: 'person:dana' } };
    expect(
      view({ state: 'in_review', review: { state: 'awaiting', dueAt }, decisions: [lent] }),
    ).toMatchObject({
      review: { state: 'awaiting', due_at: '2026-11-24T10:00:00.000Z' },
      decisions: [{ for: { id: 'UDANA', name: 'Dana' } }],
    });
  });

  it('is the JSON of the contract, field by field', () => {
    expect(JSON.stringify(view(), null, 1)).toBe(
      JSON.stringify(
        {
          id: 'prop_0199000000007000800000000000002a',
          number: 1042,
          version: 3,
          state: 'pending',
          settled: false,
          decision: null,
          outcome: null,
          next: 'Wait. Somebody of support-leads decides by 14:30 UTC. Do not propose it again.',
          agent: 'refund-agent',
          action: 'billing.refund',
          system: 'billing',
          workflow: 'refunds',
          account: '4471',
          summary: 'Refund 1250.00 of invoice inv_9',
          reason: 'Charged twice',
          on_behalf_of: null,
          metadata: { thread: 't-1' },
          input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
          digest: 'sha256:aa',
          impact: { amount: '1250.00', currency: 'USD', claimed: '10.00' },
          tier: { decide: 'human', why: '1250.00 is in 500.00–5000.00' },
          policy: manifests.digest,
          reversible: true,
          created_at: '2026-11-23T10:00:00.000Z',
          due_at: null,
          expires_at: '2026-11-23T14:30:00.000Z',
          blocked: null,
          decisions: [],
          questions: [],
          execution: null,
          review: null,
          rollback: null,
          superseded_by: null,
          url: null,
        },
        null,
        1,
      ),
    );
  });

  it('tells how far an undoing has come', () => {
    const undone = (state: 'leased' | 'started' | 'executed') =>
      view({
        state: 'executed',
        undoing: { id: 'u1', state, request: { method: 'POST', path: '/', body: null }, error: null },
      }).rollback;
    expect((['leased', 'started', 'executed'] as const).map(undone)).toEqual([
      { state: 'ready' },
      { state: 'started' },
      { state: 'executed' },
    ]);
  });

  it('tells of the result only what the action lets the agent know, and nothing of the record', () => {
    const shown = view({ state: 'executed', decisions: [approval], execution });
    expect(shown).toMatchObject({
      execution: { state: 'executed', attempts: 1, at: '2026-11-23T10:05:02.000Z', error: null },
    });
    expect(shown.execution).toHaveProperty('result', { id: 're_1' });
    expect(JSON.stringify(shown)).not.toMatch(/4111|balance|refundable|of the record|person:1/);
  });

  it('says who decided', () => {
    expect(view({ state: 'approved', decisions: [approval] }).decisions).toEqual([
      {
        stage: 'approve',
        kind: 'approve',
        by: { id: 'U1', name: 'Lea' },
        for: null,
        at: '2026-11-23T10:05:00.000Z',
        reason: null,
        digest: 'sha256:aa',
      },
    ]);
  });

  it('forgets what was decided in an earlier round', () => {
    expect(view({ round: 2, decisions: [approval] })).toMatchObject({ decision: null, decisions: [] });
  });

  it('says ready of a write that is only claimed', () => {
    const claimed = {
      ...execution,
      state: 'leased',
      startedAt: null,
      finishedAt: null,
      result: null,
    } as const;
    expect(view({ state: 'approved', decisions: [approval], execution: claimed }).execution).toEqual({
      state: 'ready',
      attempts: 1,
      at: null,
      result: null,
      error: null,
    });
  });

  it('has no amount where the impact can not be computed, but a currency', () => {
    expect(view({ impact: null }).impact).toEqual({ amount: null, currency: 'USD', claimed: '10.00' });
  });

  it('has an address where the server has one', () => {
    const shown = proposalView(proposal(), manifests, { publicUrl: 'https://gate.acme.test', keyed });
    expect(shown.url).toBe('https://gate.acme.test/v1/proposals/prop_0199000000007000800000000000002a');
  });

  const approved = [approval];
  const refused = [{ ...approval, kind: 'reject' as const }];
  it.each([
    ['received', [], null, null, false],
    ['pending', [], null, null, false],
    ['in_review', approved, null, null, false],
    ['approved', approved, 'approved', null, false],
    ['executing', approved, 'approved', null, false],
    ['awaiting_manual', approved, 'approved', null, false],
    ['executed', approved, 'approved', 'executed', true],
    ['blocked', [], null, 'not_executed', true],
    ['blocked', approved, 'approved', 'not_executed', true],
    ['rejected', refused, 'rejected', 'not_executed', true],
    ['expired', [], 'expired', 'not_executed', true],
    ['withdrawn', [], null, 'not_executed', true],
    ['superseded', [], null, 'not_executed', true],
    ['failed', approved, 'approved', 'not_executed', true],
    ['unknown', approved, 'approved', 'unknown', false],
    ['rolled_back', approved, 'approved', 'executed', true],
  ] as const)(
    'of %s says decision, outcome and whether it is settled',
    (state, decisions, decision, outcome, settled) => {
      expect(view({ state, decisions })).toMatchObject({ state, decision, outcome, settled });
    },
  );
});

describe('saying what to do next', () => {
  it.each(PROPOSAL_STATES)('has plain words for %s', (state) => {
    const { next } = view({ state });
    expect(next).toMatch(/^(Wait|Done|It )/);
  });

  it('names the day where that is another one', () => {
    expect(view({ expiresAt: new Date('2026-11-24T02:30:00Z') }).next).toBe(
      'Wait. Somebody of support-leads decides by 2026-11-24 02:30 UTC. Do not propose it again.',
    );
  });

  it('names the person where only one may decide', () => {
    expect(view({ tierIndex: 2 }).next).toBe(
      'Wait. dana@acme.test decides by 14:30 UTC. Do not propose it again.',
    );
  });

  it('says that a kill switch holds it up, and not where nothing is held up any more', () => {
    expect(view({ paused: 'billing' }).next).toMatch(/A kill switch is on meanwhile \(billing\)\.$/);
    expect(view({ paused: 'billing', state: 'executed' }).next).toBe('Done. It is written.');
  });

  it('does not take silence for a no', () => {
    expect(view({ state: 'expired' }).next).toContain('That is not a no');
  });
});
