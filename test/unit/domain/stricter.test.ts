import { describe, expect, it } from 'vitest';
import { findAction, type Manifests } from '../../../src/domain/manifest.ts';
import type { Decision, Proposal } from '../../../src/domain/proposal.ts';
import { type Tightening, whyStricter } from '../../../src/domain/stricter.ts';
import { approval, cardView } from '../../support/card-view.ts';
import { testManifests } from '../../support/context.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';

const LEADS = 'approvers: ["@support-leads"]';

/** One tier that decides refunds of any amount. */
function policy(tier: string, more: { irreversible?: boolean } = {}): Manifests {
  const lines = tier.trim().replace(/\n/g, '\n    ');
  return decidingManifests(`tiers:\n  - ${lines}\n`, more);
}

const human = (more = '') => policy(`decide: human\n${LEADS}\n${more}`);

function vote(email: string, kind: Decision['kind'] = 'approve'): Decision {
  return {
    ...approval,
    stage: kind === 'agree' ? 'review' : 'approve',
    kind,
    identities: [`email:${email}`, 'id:UX'],
  };
}

const byLea = vote('lea@acme.test');

/** What today's policy says of what was decided under another. */
function stricter(
  before: Manifests,
  now: Manifests,
  changes: Partial<Proposal> = {},
  prior = 0n,
): Tightening | undefined {
  const offered = findAction(before, 'billing.refund');
  const tier = offered?.workflow.tiers[changes.tierIndex ?? 0];
  if (!offered || !tier) throw new Error('the policy has no tier');
  const proposal = {
    ...cardView().proposal,
    state: 'approved' as const,
    decisions: [byLea],
    decide: tier.decide,
    ...changes,
  };
  return whyStricter({ proposal, judged: { offered, tier }, now, prior });
}

const again = (because: string) => ({ outcome: 'ask_again', because });

describe('a policy of today that asks for', () => {
  const alone = { decide: 'agent' as const, decisions: [] };
  const agent = (workflow = '') =>
    decidingManifests(
      `${workflow}tiers:\n  - below: 5000\n    decide: agent\n  - decide: human\n    ${LEADS}\n`,
    );
  it.each([
    ['a person where the agent decided', agent(), human(), alone, 'a person has to decide it'],
    ['more people', human(), human('approvals: 2'), {}, 'it takes 2 people'],
    ['a confirmation', human(), human('confirm: dialog'), {}, 'it has to be confirmed'],
    ['typing', human('confirm: dialog'), human('confirm: type'), {}, 'it has to be confirmed'],
    [
      'other people',
      human(),
      policy('decide: named\napprovers: [dana@acme.test]'),
      {},
      'dana@acme.test decides it now',
    ],
    [
      'a second human',
      human(),
      human('review: { by: [cfo@acme.test] }'),
      {},
      'a second human has to look at it',
    ],
    [
      'the second human before it is written',
      human('review: { by: [cfo@acme.test], timing: after }'),
      human('review: { by: [cfo@acme.test], timing: before }'),
      {},
      'a second human has to agree before it is written',
    ],
    [
      'another second human',
      human('review: { by: [cfo@acme.test], timing: before }'),
      human('review: { by: [dana@acme.test], timing: before }'),
      { decisions: [byLea, vote('cfo@acme.test', 'agree')] },
      'dana@acme.test is the second human now',
    ],
    [
      'a budget',
      agent(),
      agent('budget: { per_account: 500/day }\n'),
      alone,
      'the agent may decide less alone',
    ],
    [
      'a smaller budget',
      agent('budget: { per_agent: 500/day }\n'),
      agent('budget: { per_agent: 499/day }\n'),
      alone,
      'the agent may decide less alone',
    ],
  ] as const)('%s asks again', (_what, before, now, changes, because) => {
    expect(stricter(before, now, changes)).toEqual(again(because));
    expect(stricter(before, before, changes)).toBeUndefined();
  });

  it('a condition of the record that was not asked for, or a way back that is gone, asks again', () => {
    const edit = (change: (text: string) => string) =>
      testManifests(undefined, (files) => ({
        ...files,
        'systems/billing.yml': change(files['systems/billing.yml'] ?? ''),
      }));
    const now = edit((text) =>
      text.replace(
        /^ {4}require:.*\n/m,
        "    require:\n      - that: before.balance != 'x'\n        else: No\n",
      ),
    );
    expect(
      stricter(
        edit((text) => text),
        now,
        { tierIndex: 1 },
      ),
    ).toEqual(again("it now requires that before.balance != 'x'"));
    expect(stricter(human(), policy(`decide: human\n${LEADS}`, { irreversible: true }))).toEqual(
      again("it can't be undone any more"),
    );
  });

  it('less time for an approval asks again once that time is over, and not before', () => {
    const now = human('execute_within: 10m');
    const at = approval.at.getTime();
    expect(stricter(human(), now, { readAt: new Date(at + 599_000) })).toBeUndefined();
    expect(stricter(human(), now, { readAt: new Date(at + 601_000) })).toEqual(
      again('its approval is good for less time'),
    );
  });
});

describe('a policy of today', () => {
  it.each([
    ['that is looser', human('approvals: 2\nconfirm: type'), human()],
    ['under which the agent decides', human(), policy('decide: agent')],
    [
      'with other clocks and another channel',
      human(),
      human('sla: 10m\nexpires: 1h\nchannel: "#elsewhere"\nhold: 5m\nnotify: dm'),
    ],
    ['that names who approved', human(), policy('decide: named\napprovers: [lea@acme.test]')],
    [
      'that adds an approver',
      human(),
      policy('decide: human\napprovers: ["@support-leads", dana@acme.test]'),
    ],
  ])('%s changes nothing', (_what, before, now) => {
    expect(stricter(before, now)).toBeUndefined();
  });

  it('that takes away who approved by name asks again, though a group of theirs stays', () => {
    const before = policy('decide: human\napprovers: ["@support-leads", lea@acme.test]');
    expect(stricter(before, human())).toEqual(again('@support-leads decides it now'));
  });

  it('that takes away a stand-in’s right asks again what a stand-in approved', () => {
    const before = policy('decide: human\napprovers: [dana@acme.test]\ndelegates: any');
    const now = policy('decide: human\napprovers: [dana@acme.test]');
    const lent = { ...vote('dana@acme.test'), for: { id: 'UDANA', name: 'Dana', principal: 'person:dana' } };
    expect(stricter(before, now, { decisions: [lent] })).toEqual(again('dana@acme.test decides it now'));
    expect(stricter(before, now, { decisions: [vote('dana@acme.test')] })).toBeUndefined();
  });

  it('that makes who approved the agent’s owner asks again', () => {
    const now = testManifests(undefined, (files) => ({
      ...files,
      'agents/refund-agent.yml': (files['agents/refund-agent.yml'] ?? '').replace(
        'sam@acme.test',
        'lea@acme.test',
      ),
    }));
    expect(stricter(testManifests(), now, { tierIndex: 1 })).toEqual(
      again('who approved it answers for the agent now'),
    );
  });

  it('asks again what waits, as soon as one who is asked could not approve it', () => {
    const before = policy('decide: human\napprovers: ["@support-leads", dana@acme.test]');
    const waits = { state: 'pending' as const, decisions: [] };
    expect(stricter(before, human(), waits)).toEqual(again('@support-leads decides it now'));
    expect(stricter(human(), before, waits)).toBeUndefined();
  });

  it('picks its tier by the sum only where the workflow is another than then', () => {
    const tiers = (below: string) =>
      decidingManifests(
        `cumulative: { per: account, within: 24h }\ntiers:\n  - up_to: ${below}\n    decide: human\n    ${LEADS}\n  - decide: named\n    approvers: [dana@acme.test]\n`,
      );
    expect(stricter(tiers('2000'), tiers('2000'), {}, 900_000n)).toBeUndefined();
    expect(stricter(tiers('2000'), tiers('1900'), {}, 900_000n)).toEqual(
      again('dana@acme.test decides it now'),
    );
    expect(stricter(tiers('2000'), tiers('1900'), {}, 0n)).toBeUndefined();
  });

  it('that takes no such proposal at all refuses it', () => {
    const edit = (file: string, from: string | RegExp, to: string) =>
      testManifests(undefined, (files) => ({ ...files, [file]: (files[file] ?? '').replace(from, to) }));
    const refused = (now: Manifests) => stricter(testManifests(), now, { tierIndex: 1 });
    expect(refused(edit('agents/refund-agent.yml', 'billing.refund, ', ''))).toEqual({
      outcome: 'refuse',
      because: 'refund-agent may not propose billing.refund any more',
    });
    expect(
      refused(
        edit(
          'systems/billing.yml',
          'impact: decimal(input.amount)',
          "impact: decimal(input.amount) * decimal('2')",
        ),
      ),
    ).toEqual({
      outcome: 'refuse',
      because: 'billing.refund is counted otherwise now',
    });
    expect(refused(edit('systems/billing.yml', '[A-Za-z0-9_-]{1,64}', 'inv_0'))).toEqual({
      outcome: 'refuse',
      because: 'billing.refund does not take this input any more',
    });
  });
});
