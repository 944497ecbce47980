import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { decidingManifests } from '../../support/deciding-manifests.ts';
import { proposed } from '../../support/desk.ts';
import { postSigned, signedForm, startAnswers } from '../../support/signed-request.ts';
import { type Office, openOffice } from '../../support/slack-office.ts';

const CHANNEL = 'C0REFUNDAPP';
const TEAM = 'T0ACMECORP1';
let office: Office;
let answers: Awaited<ReturnType<typeof startAnswers>>;
beforeAll(async () => {
  const manifests = decidingManifests(
    'tiers:\n  - decide: human\n    approvers: ["@support-leads", sam@acme.test, gus@partner.test, eve@elsewhere.test, dee@acme.test]\n    notify: none\n    review: { by: [cfo@acme.test], timing: before }\n',
  );
  office = await openOffice({ workspace: { rateLimits: false }, manifests });
  answers = await startAnswers();
});
afterAll(async () => {
  answers.close();
  await office.close();
});

/** Everybody who may not, though the manifest names some of them. */
const PEOPLE = {
  'a member of no group': ['U0OLGAFUCHS', TEAM],
  'an operator': ['U0LEEPARK01', TEAM],
  'the second human': ['U0CHRISOKAF', TEAM],
  'who owns the agent': ['U0SAMREYES1', TEAM],
  'a guest': ['U0GUSHALL01', TEAM],
  'a stranger': ['U0EVESTONE1', 'T0ELSEWHERE'],
  'who has left': ['U0DEEMOSS01', TEAM],
  'the bot itself': ['U0COUNTERSB', TEAM],
  'nobody there is': ['U0NOBODY001', TEAM],
  'an approver’s id in another team': ['U0LEABRANDT', 'T0ELSEWHERE'],
} as const;

interface Seen {
  readonly proposal: Proposal;
  readonly ts: string;
  readonly value: string;
}
type Payload = Record<string, unknown>;

function click(action: string, { ts, value }: Seen, more: Payload = {}): Payload {
  return {
    type: 'block_actions',
    container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
    channel: { id: CHANNEL, name: 'refund-approvals' },
    response_url: answers.url,
    state: { values: {} },
    actions: [{ type: 'button', action_id: action, block_id: 'decide', value, action_ts: '1.1', ...more }],
  };
}

function submit(callback: string, metadata: string, values: Payload = {}): Payload {
  const view = {
    id: 'V1',
    type: 'modal',
    callback_id: callback,
    private_metadata: metadata,
    state: { values },
    blocks: [],
  };
  return { type: 'view_submission', view, response_urls: [] };
}

const why = { reason: { reason: { type: 'plain_text_input', value: 'because I say so' } } };

/** Every way from Slack to a change of a proposal. */
const DOORS: Record<string, (seen: Seen) => Payload> = {
  'Approve on the card': (seen) => click('approve', seen),
  'Approve with a dialog': (seen) => click('approve', seen, { confirm: { title: {} } }),
  'Approve in the full details': (seen) => submit('details', `${CHANNEL} ${seen.ts} ${seen.value}`),
  'the window that confirms': (seen) =>
    submit('confirm', `${CHANNEL} ${seen.ts} ${seen.value}`, { typed: { typed: { value: '1250.00' } } }),
  'the full details of App Home': (seen) => submit('details', `home 0 ${seen.value}`),
  'several together': (seen) =>
    submit('bulk', `billing.refund ${seen.value}`, {
      picked: { picked: { selected_options: [{ value: seen.value }] } },
    }),
  Reject: (seen) => submit('reject', `${CHANNEL} ${seen.ts} ${seen.value}`, why),
  Agree: (seen) => click('agree', seen),
  Object: (seen) => submit('object', `${CHANNEL} ${seen.ts} ${seen.value}`, why),
  'Take back': (seen) => click('take_back', seen),
  'Approve for less': (seen) =>
    submit('amend', `${CHANNEL} ${seen.ts} ${seen.value}`, { amount: { value: { value: '1.00' } } }),
  'Hand over': (seen) =>
    submit('hand_over', `${CHANNEL} ${seen.ts} ${seen.value}`, {
      colleague: { colleague: { type: 'users_select', selected_user: 'U0LEABRANDT' } },
    }),
};

async function through(payload: Payload, [userId, teamId]: readonly [string, string]): Promise<number> {
  const user = { id: userId, username: userId, name: userId, team_id: teamId };
  const team = { id: teamId, domain: 'acme' };
  const whole = { trigger_id: '1.2.3', ...payload, user, team };
  return postSigned(office.desk.url, signedForm({ payload: JSON.stringify(whole) }));
}

async function waiting(): Promise<Seen> {
  const proposal = await proposed(office.desk.context);
  const card = await office.as('lea').message('#refund-approvals', `#${proposal.number} `);
  return { proposal, ts: card.ts, value: `${proposal.id}:${proposal.round}` };
}

describe.each(Object.keys(DOORS))('through %s', (door) => {
  it('nobody gets who may not', async () => {
    const seen = await waiting();
    for (const who of Object.values(PEOPLE)) {
      expect(await through(DOORS[door]?.(seen) ?? {}, who)).toBe(200);
      const after = await getProposal(office.desk.context.database, seen.proposal.id);
      expect({ who, ...after, readAt: null }).toEqual({ who, ...seen.proposal, readAt: null });
    }
  });
});

describe('through the doors that approve', () => {
  it.each(Object.keys(DOORS).slice(0, 6))('%s lets in who may', async (door) => {
    const seen = await waiting();
    await through(DOORS[door]?.(seen) ?? {}, ['U0LEABRANDT', TEAM]);
    expect((await getProposal(office.desk.context.database, seen.proposal.id)).decisions).toHaveLength(1);
  });
});
