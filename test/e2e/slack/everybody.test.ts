import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acme } from '../../../src/demo/acme.ts';
import { botUserId } from '../../../src/demo/workspace/state.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { beginAbsence } from '../../../src/store/absences.ts';
import { listCards } from '../../../src/store/cards.ts';
import { identify } from '../../../src/store/people.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { member, proposed } from '../../support/desk.ts';
import { startAnswers } from '../../support/signed-request.ts';
import { type ActedCard, type Actor, slackActs } from '../../support/slack-acts.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const TEAM = acme.team.id;
/** Who may goes through every door too; it takes a minute more. */
const FULL = process.env.EVERYBODY === 'full';

/** Thirteen kinds of people. All but Lee, Olga and the CFO are in the group that decides, or could be named by it. */
const PEOPLE = {
  lea: 'of the group',
  max: 'of the group, who approved what is reviewed in its tier',
  dana: 'the named human, who approved what is reviewed in hers; she is away',
  kim: 'who stands in for her',
  cfo: 'the second human',
  lee: 'an operator who is none of them',
  olga: 'a member of no group',
  sam: 'who owns the agent',
  pat: 'for whom it is asked',
  gus: 'a guest',
  eve: 'a stranger',
  dee: 'who has left',
  bot: 'a bot',
} as const;
type Name = keyof typeof PEOPLE;
const NAMES = Object.keys(PEOPLE) as Name[];

const TIERS = `tiers:
  - below: 500
    decide: agent
  - up_to: 5000
    decide: human
    approvers: ["@support-leads", sam@acme.test, pat@acme.test]
    notify: none
    review: { by: [cfo@acme.test, "@support-leads", sam@acme.test], timing: before }
  - decide: named
    approvers: [dana@acme.test, sam@acme.test, pat@acme.test]
    notify: none
    delegates: any
    review: { by: [cfo@acme.test, dana@acme.test, pat@acme.test], timing: before }
`;
type Tier = 'agent' | 'human' | 'named';
const AMOUNTS = { agent: '100.00', human: '1250.00', named: '6000.00' } as const;

type Stage = 'approve' | 'review';
const MAY: Readonly<Record<Tier, Readonly<Record<Stage, readonly Name[]>>>> = {
  agent: { approve: [], review: [] },
  human: { approve: ['lea', 'max'], review: ['lea', 'cfo'] },
  named: { approve: ['dana', 'kim'], review: ['cfo'] },
};

let office: Office;
let answers: Awaited<ReturnType<typeof startAnswers>>;
let acts: ReturnType<typeof slackActs>;

beforeAll(async () => {
  const groups = acme.groups.map((each) =>
    each.handle === 'support-leads'
      ? { ...each, members: ['lea', 'max', 'gus', 'eve', 'dee', 'sam', 'pat'] }
      : each,
  );
  office = await openOffice({
    workspace: { rateLimits: false, directory: { ...acme, groups } },
    manifests: decidingManifests(TIERS),
  });
  answers = await startAnswers();
  acts = slackActs(office.desk.url, answers.url);
  const { database } = office.desk.context;
  const named = async (name: 'dana' | 'kim') => ({
    principal: await identify(database, `slack:${TEAM}/${actor(name).id}`, `email:${name}@acme.test`, name),
    id: actor(name).id,
    name,
  });
  const delegate = await named('kim');
  await beginAbsence(database, {
    ...(await named('dana')),
    until: new Date(Date.now() + 3_600_000),
    delegate,
  });
});
afterAll(async () => {
  answers.close();
  await office.close();
});

function actor(name: Name): Actor {
  if (name === 'bot') return { id: botUserId, team: TEAM };
  const found = acme.people.find(({ handle }) => handle === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return { id: found.id, team: found.strangerFrom ?? TEAM };
}

let account = 70_000;

interface Waiting {
  readonly proposal: Proposal;
  readonly card: ActedCard;
}

/** One that waits in that tier and stage, as App Home lists it. */
async function listed(tier: Tier, stage: Stage): Promise<Waiting> {
  account += 1;
  const first = await proposed(office.desk.context, {
    amount: AMOUNTS[tier],
    account: String(account),
    onBehalfOf: 'pat@acme.test',
  });
  if (stage === 'review' && tier !== 'agent') await approveFirst(first, tier);
  const proposal = await getProposal(office.desk.context.database, first.id);
  return { proposal, card: { channel: 'home', ts: '0', value: `${first.id}:${first.round}` } };
}

/** The same with its card in Slack; what the agent decides has none. */
async function shown(tier: Tier, stage: Stage): Promise<Waiting> {
  const { proposal, card } = await listed(tier, stage);
  if (tier === 'agent') return { proposal, card };
  const cards = async () =>
    (await listCards(office.desk.context.database, proposal.id)).filter(
      ({ target }) => target.startsWith('review:') === (stage === 'review'),
    );
  await expect.poll(cards, { timeout: 10_000, interval: 20 }).not.toEqual([]);
  const [posted] = await cards();
  if (!posted) throw new Error('it has no card');
  return { proposal, card: { ...card, channel: posted.channel, ts: posted.ts } };
}

const kept = new Map<string, Promise<Waiting>>();

/** One for all who are refused: they leave it as it is. */
function untouched(tier: Tier, stage: Stage): Promise<Waiting> {
  const found = kept.get(`${tier} ${stage}`) ?? shown(tier, stage);
  kept.set(`${tier} ${stage}`, found);
  return found;
}

async function approveFirst(proposal: Proposal, tier: 'human' | 'named'): Promise<void> {
  const { context } = office.desk;
  const name = tier === 'human' ? 'max' : 'dana';
  const { id } = actor(name);
  const person = {
    ...(await member(context, id, `${name}@acme.test`)),
    principal: await identify(context.database, `slack:${TEAM}/${id}`, `email:${name}@acme.test`, name),
    identities: [`email:${name}@acme.test`, `slack:${TEAM}/${id}`, `id:${id}`],
  };
  const result = await decide(context, {
    proposalId: proposal.id,
    digest: proposal.digest ?? '',
    verdict: 'approved',
    reason: null,
    person,
    groups: { 'support-leads': [actor('lea').id, actor('max').id] },
  });
  if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
}

type Door = (who: Actor, card: ActedCard, name: Name) => Promise<number>;
const home = (card: ActedCard): ActedCard => ({ ...card, channel: 'home', ts: '0' });
const typed = (block: string, action: string, value: string) => ({
  [block]: { [action]: { type: 'plain_text_input', value } },
});

/** Every way in which somebody in Slack may act on what waits. */
const DOORS: Readonly<Record<Stage, Readonly<Record<string, Door>>>> = {
  approve: {
    'Approve on the card': (who, card) => acts.click(who, 'approve', card),
    'the full details': (who, card) => acts.submit(who, 'details', card),
    'the confirmation': (who, card) => acts.submit(who, 'confirm', card),
    'the reason of a rejection': (who, card) =>
      acts.submit(who, 'reject', card, typed('reason', 'reason', 'Not this one')),
    'App Home': (who, card) => acts.submit(who, 'details', home(card)),
    'several together': (who, card) =>
      acts.submit(
        who,
        'bulk',
        card,
        { picked: { picked: { type: 'checkboxes', selected_options: [{ value: card.value }] } } },
        `billing.refund ${card.value}`,
      ),
    'another amount': (who, card) => acts.submit(who, 'amend', card, typed('amount', 'value', '550.00')),
    'handing it over': (who, card, name) => {
      const colleague = { lea: 'max', dana: 'kim', kim: 'dana' }[String(name)] ?? 'lea';
      return acts.submit(who, 'hand_over', card, {
        colleague: { colleague: { type: 'users_select', selected_user: actor(colleague as Name).id } },
      });
    },
  },
  review: {
    'Agree on the card': (who, card) => acts.click(who, 'agree', card),
    'Agree in the full details': (who, card) => acts.clickInWindow(who, 'agree', card),
    'Agree from App Home': (who, card) => acts.clickInWindow(who, 'agree', home(card)),
    'the reason of an objection': (who, card) =>
      acts.submit(who, 'object', card, typed('reason', 'reason', 'Not ours')),
  },
};

const TABLE = (Object.keys(MAY) as Tier[]).flatMap((tier) =>
  (['approve', 'review'] as const).flatMap((stage) =>
    Object.keys(DOORS[stage]).map((door) => ({ tier, stage, door, may: MAY[tier][stage] })),
  ),
);

async function standing({ id }: Proposal) {
  const { state, decisions, handovers, supersededBy } = await getProposal(office.desk.context.database, id);
  return {
    state,
    handed: handovers.length,
    supersededBy,
    said: decisions.map(({ kind, by }) => [kind, by.id]),
  };
}

describe('of thirteen kinds of people', () => {
  it.each(TABLE)(
    'through $door these act on what waits in the tier $tier for $stage: $may',
    async ({ tier, stage, door, may }) => {
      const act = DOORS[stage][door];
      if (!act) throw new Error(`there is no door ${door}`);
      const { proposal, card } = await untouched(tier, stage);
      const before = await standing(proposal);
      const others = NAMES.filter((name) => !may.includes(name));
      const answered = await Promise.all(others.map((name) => act(actor(name), card, name)));
      expect(answered).toEqual(others.map(() => 200));
      expect(await standing(proposal)).toEqual(before);
      // Slack takes one card a second: those who may use every door only in full.
      if (!FULL && !door.includes('App Home')) return;
      for (const name of may) {
        const fresh = await (FULL ? shown : listed)(tier, stage);
        expect(await act(actor(name), fresh.card, name)).toBe(200);
        expect(await standing(fresh.proposal), name).not.toEqual(before);
      }
    },
  );
});
