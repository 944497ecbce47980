import { describe, expect, it } from 'vitest';
import { authorize, type CardAct, groupsNeeded } from '../../../src/domain/authorize.ts';
import type { Confirmation } from '../../../src/domain/confirmation.ts';
import { type Agent, findAction, type Tier, type Who } from '../../../src/domain/manifest.ts';
import type { Groups, Person } from '../../../src/domain/person.ts';
import { PROPOSAL_STATES, type Proposal } from '../../../src/domain/proposal.ts';
import { approval, cardView } from '../../support/card-view.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();
const offered = findAction(manifests, 'billing.refund') ?? cardView().offered;
const GROUPS: Groups = {
  'support-leads': ['ULEA', 'UGUS', 'UEVE', 'UDEE', 'UBOT', 'USAM', 'UANN', 'UMAX', 'UMAX2'],
};

function person(name: string, changes: Partial<Person> = {}): Person {
  const userId = `U${name.toUpperCase()}`;
  return {
    principal: `person:${name}`,
    teamId: 'T1',
    userId,
    name,
    email: `${name}@acme.test`,
    timezone: 'UTC',
    identities: [`email:${name}@acme.test`, `slack:T1/${userId}`, `id:${userId}`],
    standsFor: [],
    standing: 'member',
    ...changes,
  };
}

const dana = person('dana');
/** Max approved already; he has a second account. */
const max = person('max');
const PEOPLE = {
  'somebody of the group': person('lea'),
  'the named human': dana,
  'the second human': person('cfo'),
  'an operator who is none of them': person('lee'),
  'a member of no group': person('olga'),
  'who owns the agent': person('sam'),
  'for whom it is asked': person('ann'),
  'a guest of the group': person('gus', { standing: 'guest' }),
  'a stranger of the group': person('eve', { standing: 'stranger', teamId: 'T2' }),
  'who has left': person('dee', { standing: 'deactivated' }),
  'a bot of the group': person('bot', { standing: 'bot' }),
  'who approved already': max,
  'the same with another account': person('max2', { principal: max.principal }),
  'who stands in for the named human': person('kim', { standsFor: [dana] }),
} as const;
type Kind = keyof typeof PEOPLE;

const base = cardView().tier;
const email = (name: string) => ({ kind: 'email' as const, email: `${name}@acme.test` });
const REVIEW = {
  by: [email('cfo'), email('dana'), email('max'), email('sam')],
  withinMs: 1,
  timing: 'before',
} as const;
const TIERS: Record<'agent' | 'group' | 'named' | 'named, any stand-in', Tier> = {
  agent: { ...base, decide: 'agent', approvers: [] },
  group: { ...base, approvers: [{ kind: 'group', handle: 'support-leads' }], review: REVIEW },
  named: { ...base, decide: 'named', approvers: [email('dana'), email('sam')], review: REVIEW },
  'named, any stand-in': {
    ...base,
    decide: 'named',
    approvers: [email('dana')],
    review: REVIEW,
    delegates: 'any',
  },
};

const proposal: Proposal = {
  ...cardView().proposal,
  requesters: ['agent:refund-agent', 'email:sam@acme.test', 'email:ann@acme.test'],
};
const byMax = {
  ...approval,
  principal: max.principal,
  identities: max.identities,
  by: { id: max.userId, name: 'max' },
};

function allowed(
  kind: CardAct['kind'],
  tier: Tier,
  changes: Partial<Proposal>,
  more: Partial<CardAct> = {},
): Kind[] {
  const act: CardAct = {
    kind,
    proposal: { ...proposal, ...changes },
    offered,
    tier,
    digest: approval.digest,
    ...more,
  };
  const names = Object.keys(PEOPLE) as Kind[];
  return names.filter((name) => authorize(act, PEOPLE[name], manifests, GROUPS).allowed);
}

const AWAITING = { state: 'awaiting', dueAt: null } as const;

describe('fourteen kinds of people', () => {
  it.each([
    ['agent', []],
    ['group', ['somebody of the group', 'who approved already', 'the same with another account']],
    ['named', ['the named human']],
    ['named, any stand-in', ['the named human', 'who stands in for the named human']],
  ] as const)('of whom these decide in a tier of %s', (tier, who) => {
    expect(allowed('decide', TIERS[tier], {})).toEqual([...who]);
  });

  it.each([
    ['agent', []],
    ['group', ['the named human', 'the second human']],
    ['named', ['the named human', 'the second human']],
    ['named, any stand-in', ['the named human', 'the second human', 'who stands in for the named human']],
  ] as const)(
    'of whom these review what Max approved in a tier of %s: never he, with neither account',
    (tier, who) => {
      const inReview: Partial<Proposal> = { state: 'in_review', review: AWAITING, decisions: [byMax] };
      expect(allowed('review', TIERS[tier], inReview)).toEqual([...who]);
    },
  );

  it('of whom none reviews in the right of who approved', () => {
    const byDana = { ...approval, principal: dana.principal };
    const inReview: Partial<Proposal> = { state: 'in_review', review: AWAITING, decisions: [byDana] };
    expect(allowed('review', TIERS['named, any stand-in'], inReview)).not.toContain(
      'who stands in for the named human',
    );
    const forDana = { ...byMax, for: { id: dana.userId, name: 'dana', principal: dana.principal } };
    const lent: Partial<Proposal> = { ...inReview, decisions: [forDana] };
    expect(allowed('review', TIERS['named, any stand-in'], lent)).toEqual(['the second human']);
  });

  it.each([
    ['group', ['somebody of the group', 'who approved already', 'the same with another account']],
    ['named', ['the named human']],
  ] as const)('of whom these take an approval back in a tier of %s', (tier, who) => {
    expect(allowed('take_back', TIERS[tier], { state: 'approved', decisions: [byMax] })).toEqual([...who]);
  });

  it.each(PROPOSAL_STATES.filter((state) => state !== 'pending'))(
    'of whom nobody decides what is %s',
    (state) => {
      for (const tier of Object.values(TIERS)) expect(allowed('decide', tier, { state })).toEqual([]);
    },
  );

  it.each(PROPOSAL_STATES.filter((state) => !['in_review', 'executed', 'unknown'].includes(state)))(
    'of whom nobody reviews what is %s',
    (state) => {
      for (const tier of Object.values(TIERS))
        expect(allowed('review', tier, { state, review: AWAITING })).toEqual([]);
    },
  );

  it('of whom nobody does anything on another digest, or while a group is unknown', () => {
    for (const tier of Object.values(TIERS))
      expect(allowed('decide', tier, {}, { digest: 'sha256:bb' })).toEqual([]);
    const act: CardAct = { kind: 'decide', proposal, offered, tier: TIERS.group, digest: approval.digest };
    const may = Object.values(PEOPLE).filter(
      (each) => authorize(act, each, manifests, { 'support-leads': null }).allowed,
    );
    expect(may).toEqual([]);
  });
});

describe('one human with two accounts', () => {
  it('is known by any name that both go by, also before they became one', () => {
    const byMaxAdmin = { ...byMax, principal: 'person:another', identities: ['email:max@acme.test'] };
    const inReview: Partial<Proposal> = { state: 'in_review', review: AWAITING, decisions: [byMaxAdmin] };
    expect(allowed('review', TIERS.group, inReview)).not.toContain('who approved already');
  });
});

describe('who answers for the agent', () => {
  const owned = (owner: Who) => ({
    ...manifests,
    agents: { 'refund-agent': { ...manifests.agents['refund-agent'], owner } as Agent },
  });
  const act: CardAct = { kind: 'decide', proposal, offered, tier: TIERS.group, digest: approval.digest };
  const says = (owner: Who, groups: Groups = GROUPS) =>
    authorize(act, PEOPLE['somebody of the group'], owned(owner), groups);

  it('does not decide, though somebody else did when it was proposed', () => {
    expect(says(email('olga')).allowed).toBe(true);
    expect(says(email('lea'))).toMatchObject({ because: expect.stringContaining('an agent that you own') });
  });

  it('is also everybody of a group, which has to be known', () => {
    const group: Who = { kind: 'group', handle: 'automation' };
    expect(groupsNeeded(act, owned(group))).toEqual(['support-leads', 'automation']);
    expect(says(group, { ...GROUPS, automation: ['UOLGA'] }).allowed).toBe(true);
    expect(says(group, { ...GROUPS, automation: ['ULEA'] }).allowed).toBe(false);
    expect(says(group, { ...GROUPS, automation: null })).toMatchObject({
      because: expect.stringContaining('try again'),
    });
  });
});

describe('a refusal', () => {
  it('names who may as Slack does, where that is known', () => {
    const act: CardAct = { kind: 'decide', proposal, offered, tier: TIERS.named, digest: approval.digest };
    const names = { 'dana@acme.test': 'Dana Whitfield' };
    expect(authorize(act, person('olga', { names }), manifests, GROUPS)).toEqual({
      allowed: false,
      because: 'You may not decide this. Dana Whitfield or sam@acme.test may.',
    });
  });
});

describe('a confirmation', () => {
  const dialog: Confirmation = { how: 'dialog' };
  const typed = (text: string): Confirmation => ({ how: 'type', typed: text });
  it.each([
    ['none', { how: 'none' }, true],
    ['dialog', { how: 'none' }, false],
    ['dialog', dialog, true],
    ['dialog', typed('anything'), true],
    ['type', { how: 'none' }, false],
    ['type', dialog, false],
    ['type', typed('1250.00'), true],
    ['type', typed(' $1,250 '), true],
    ['type', typed('1250.000 USD'), true],
    ['type', typed('1250.01'), false],
    ['type', typed('125000'), false],
    ['type', typed('1.250,00'), false],
    ['type', typed('12,50'), false],
    ['type', typed(''), false],
    ['type', typed('-1250.00'), false],
    ['type', typed('1e3'), false],
  ] as const)('that the tier wants as %s is given by %o: %s', (confirm, approving, is) => {
    const who = allowed('decide', { ...TIERS.named, confirm }, {}, { approving });
    expect(who).toEqual(is ? ['the named human'] : []);
  });

  it('is the number where the amount is not known', () => {
    const tier: Tier = { ...TIERS.named, confirm: 'type' };
    expect(allowed('decide', tier, { impact: null }, { approving: typed('#1042') })).toEqual([
      'the named human',
    ]);
    expect(allowed('decide', tier, { impact: null }, { approving: typed('1250.00') })).toEqual([]);
  });
});
