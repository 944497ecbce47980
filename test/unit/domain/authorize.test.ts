import { describe, expect, it } from 'vitest';
import { type Act, authorize, groupsNeeded } from '../../../src/domain/authorize.ts';
import type { OfferedAction, Tier } from '../../../src/domain/manifest.ts';
import { findAction } from '../../../src/domain/manifest.ts';
import type { Groups, Person } from '../../../src/domain/person.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();
const offered = findAction(manifests, 'billing.refund') as OfferedAction;
const GROUPS: Groups = {
  'support-leads': ['ULEA', 'UGUS', 'UEVE', 'UDEE', 'UBOT', 'USAM', 'UANN'],
  'platform-oncall': ['ULEE'],
  'finance-leads': [],
  'warehouse-leads': [],
};

function person(userId: string, email: string, standing: Person['standing'] = 'member'): Person {
  const identities = [`email:${email}`, `slack:T1/${userId}`, `id:${userId}`];
  return {
    principal: `person:${userId}`,
    teamId: 'T1',
    userId,
    name: userId,
    email,
    timezone: 'UTC',
    identities,
    standing,
  };
}

const people = {
  lea: person('ULEA', 'lea@acme.test'),
  dana: person('UDANA', 'dana@acme.test'),
  lee: person('ULEE', 'lee@acme.test'),
  olga: person('UOLGA', 'olga@acme.test'),
  'sam, who owns the agent': person('USAM', 'sam@acme.test'),
  'ann, for whom it asks': person('UANN', 'ann@acme.test'),
  'a guest': person('UGUS', 'gus@partner.test', 'guest'),
  'a stranger': person('UEVE', 'eve@other.test', 'stranger'),
  'who has left': person('UDEE', 'dee@acme.test', 'deactivated'),
  'a bot': person('UBOT', 'bot@acme.test', 'bot'),
};

const proposal = {
  number: 1042,
  state: 'pending',
  digest: 'sha256:aa',
  requesters: ['agent:refund-agent', 'email:sam@acme.test', 'email:ann@acme.test'],
  added: [],
  round: 1,
  decisions: [],
  handovers: [],
} as unknown as Proposal;

function deciding(tierIndex: number, changes: Partial<Proposal> = {}, digest = 'sha256:aa'): Act {
  return {
    kind: 'decide',
    proposal: { ...proposal, ...changes } as Proposal,
    offered,
    tier: offered.workflow.tiers[tierIndex] as Tier,
    digest,
  };
}

/** Who may, of all the people above. */
function allowed(act: Act, groups: Groups = GROUPS): string[] {
  return Object.entries(people)
    .filter(([, who]) => authorize(act, who, manifests, groups).allowed)
    .map(([name]) => name);
}

describe('who may', () => {
  it('read the audit, where org.yml names them', () => {
    const named = testManifests(undefined, (files) => ({
      ...files,
      'org.yml': (files['org.yml'] ?? '').replace(
        /^audit_readers: everyone.*$/m,
        'audit_readers: [dana@acme.test, "@support-leads"]',
      ),
    }));
    const may = Object.entries(people).filter(
      ([, each]) => authorize({ kind: 'audit' }, each, named, GROUPS).allowed,
    );
    expect(may.map(([name]) => name)).toEqual([
      'lea',
      'dana',
      'sam, who owns the agent',
      'ann, for whom it asks',
    ]);
  });

  it.each([
    ["decide alone what is the agent's", deciding(0), []],
    ['decide in the tier of the support leads', deciding(1), ['lea']],
    ['decide in the tier of a named human', deciding(2), ['dana']],
    [
      'read the audit, where everyone may',
      { kind: 'audit' } as Act,
      ['lea', 'dana', 'lee', 'olga', 'sam, who owns the agent', 'ann, for whom it asks'],
    ],
    [
      'switch off',
      { kind: 'disable' } as Act,
      ['lea', 'dana', 'lee', 'sam, who owns the agent', 'ann, for whom it asks'],
    ],
    ['switch on', { kind: 'enable' } as Act, ['dana', 'lee']],
  ])('%s', (_what, act, who) => {
    expect(allowed(act)).toEqual(who);
  });

  it.each([
    'executed',
    'rejected',
    'expired',
    'withdrawn',
    'executing',
    'unknown',
    'blocked',
    'approved',
  ] as const)('decide what is %s: nobody', (state) => {
    expect(allowed(deciding(1, { state }))).toEqual([]);
  });

  it('decide on other bytes than are asked about: nobody', () => {
    expect(allowed(deciding(1, {}, 'sha256:bb'))).toEqual([]);
    expect(allowed(deciding(1, { digest: null }))).toEqual([]);
  });

  it('decide while the group can not be looked up: nobody, and they are told to try again', () => {
    expect(allowed(deciding(1), { 'support-leads': null })).toEqual([]);
    expect(authorize(deciding(1), people.lea, manifests, { 'support-leads': null })).toMatchObject({
      because: expect.stringContaining('try again'),
    });
  });

  it('switch off while the group can not be looked up: every member, and on nobody but who is named', () => {
    const unclear = { 'platform-oncall': null, 'support-leads': null };
    expect(allowed({ kind: 'disable' }, unclear)).toContain('olga');
    expect(allowed({ kind: 'disable' }, unclear)).not.toContain('a guest');
    expect(allowed({ kind: 'enable' }, unclear)).toEqual(['dana']);
  });

  it('ask about it: whoever decides it at either stage, whom the escalation added, and who stands in', () => {
    const tier = offered.workflow.tiers[1] as Tier;
    const asking = (changes: Partial<Proposal> = {}, delegates: Tier['delegates'] = 'any'): Act => {
      return { kind: 'ask', proposal: { ...proposal, ...changes } as Proposal, tier: { ...tier, delegates } };
    };
    expect(allowed(asking())).toContain('lea');
    expect(allowed(asking())).not.toContain('olga');
    const added = [{ who: { kind: 'email', email: 'olga@acme.test' } as const, late: false }];
    expect(allowed(asking({ added }))).toContain('olga');
    const standIn = { ...people.olga, standsFor: [people.lea] };
    expect(authorize(asking(), standIn, manifests, GROUPS)).toEqual({ allowed: true });
    expect(authorize(asking({}, 'same_tier'), standIn, manifests, GROUPS).allowed).toBe(false);
  });

  it('be away, and switch off: whom a step of an escalation may add as well', () => {
    const { refunds } = manifests.workflows;
    if (!refunds) throw new Error('there is a workflow of refunds');
    const step = {
      afterMs: 1,
      remind: false,
      page: false,
      add: [{ kind: 'email', email: 'olga@acme.test' }],
    } as const;
    const tiers = refunds.tiers.map((tier) => ({ ...tier, escalate: [step] }));
    const escalating = { ...manifests, workflows: { refunds: { ...refunds, tiers } } };
    for (const kind of ['absence', 'disable'] as const) {
      expect(authorize({ kind }, people.olga, manifests, GROUPS).allowed).toBe(false);
      expect(authorize({ kind }, people.olga, escalating, GROUPS)).toEqual({ allowed: true });
    }
  });

  it('is said to who may not', () => {
    expect(authorize(deciding(1), people.olga, manifests, GROUPS)).toEqual({
      allowed: false,
      because: 'You may not decide this. @support-leads may.',
    });
  });

  it('needs these groups to be looked up', () => {
    expect(groupsNeeded(deciding(1), manifests)).toEqual(['support-leads']);
    expect(groupsNeeded({ kind: 'enable' }, manifests)).toEqual(['platform-oncall']);
  });
});
