import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/domain/proposal.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { proposed } from '../support/desk.ts';
import { createDice } from '../support/fuzz-requests.ts';
import { postSigned, signedForm, startAnswers } from '../support/signed-request.ts';
import { type Office, openOffice } from '../support/slack-office.ts';

/** `npm run deciding` sends 50,000. */
const CASES = Number(process.env.CLICK_CASES ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1e9);
const LANES = 100;

let office: Office;
let answers: Awaited<ReturnType<typeof startAnswers>>;
let targets: { proposal: Proposal; channel: string; ts: string }[];

beforeAll(async () => {
  office = await openOffice({ workspace: { rateLimits: false } });
  answers = await startAnswers();
  const { context } = office.desk;
  const all = await Promise.all([proposed(context), proposed(context, { account: '5512' })]);
  targets = await Promise.all(
    all.map(async (proposal) => {
      const card = await office.as('lea').message('#refund-approvals', `#${proposal.number} `);
      return { proposal, channel: 'C0REFUNDAPP', ts: card.ts };
    }),
  );
});
afterAll(async () => {
  answers.close();
  await office.close();
});

/** What a click hangs on; each case has at least one of them wrong. */
interface Claims {
  readonly action: unknown;
  readonly value: unknown;
  readonly channel: unknown;
  readonly ts: unknown;
  readonly team: unknown;
  readonly user: unknown;
  readonly app: unknown;
}

function payloadOf({ action, value, channel, ts, team, user, app }: Claims): string {
  return JSON.stringify({
    type: 'block_actions',
    user: { id: user, username: 'lea', name: 'lea', team_id: team },
    ...(app === undefined ? {} : { api_app_id: app }),
    team: { id: team, domain: 'acme' },
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel, name: 'refund-approvals' },
    trigger_id: '1.2.3',
    response_url: answers.url,
    state: { values: {} },
    actions: [{ type: 'button', action_id: action, block_id: 'decide', value, action_ts: '1.1' }],
  });
}

const STRANGE: readonly unknown[] = [
  '',
  ' ',
  null,
  0,
  -1,
  1e21,
  true,
  [],
  {},
  ['approve'],
  '__proto__',
  '\u0000',
  '\ud800',
  'x'.repeat(5_000),
  "' or 1=1 --",
  '%00',
];

describe('clicks that are not what they seem', () => {
  it(
    `decide nothing, ${CASES} of them from seed ${SEED}, and each is answered`,
    async () => {
      const dice = createDice(SEED);
      const pick = <T>(list: readonly T[]): T => list[dice.below(list.length)] as T;
      const [one, other] = targets;
      if (!one || !other) throw new Error('nothing waits');
      const right: Claims = {
        action: 'approve',
        value: `${one.proposal.id}:${one.proposal.round}`,
        channel: one.channel,
        ts: one.ts,
        team: 'T0ACMECORP1',
        user: 'U0LEABRANDT',
        app: undefined,
      };
      const wrong: Readonly<Record<Exclude<keyof Claims, 'app'>, readonly unknown[]>> = {
        action: [
          ...STRANGE,
          'Approve',
          'approve_all',
          'take_back',
          'agree',
          'confirm_rollback',
          'constructor',
        ],
        value: [
          ...STRANGE,
          `${other.proposal.id}:1`,
          `${one.proposal.id}:2`,
          `${one.proposal.id}:01`,
          `${one.proposal.id}`,
          `${one.proposal.id.toUpperCase()}:1`,
          `${one.proposal.number}:1`,
          `${one.proposal.id}:1:1 `,
        ],
        channel: [...STRANGE, 'C0AGENTOPS1', 'home', 'D0000001'],
        ts: [...STRANGE, '1.1', `${one.ts}0`, `${other.ts.replace(/\d$/, '')}x`],
        team: [...STRANGE, 'T0ELSEWHERE'],
        user: [
          ...STRANGE,
          'U0OLGAFUCHS',
          'U0GUSHALL01',
          'U0EVESTONE1',
          'U0DEEMOSS01',
          'U0SAMREYES1',
          'U0CTRSIGNBOT',
          'USLACKBOT',
        ],
      };
      const fields = Object.keys(wrong) as (keyof typeof wrong)[];
      let left = CASES;
      const statuses = new Map<number, number>();
      const lane = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          const claims: Record<string, unknown> = { ...right };
          for (let changes = 1 + dice.below(3); changes > 0; changes -= 1) {
            const field = pick(fields);
            claims[field] = pick(wrong[field]);
          }
          if (dice.below(20) === 0) claims.app = 'A0ANOTHER1';
          const payload = payloadOf(claims as unknown as Claims);
          const cut = dice.below(10) === 0 ? payload.slice(0, dice.below(payload.length)) : payload;
          const options = dice.below(10) === 0 ? { secret: 'guessed' } : {};
          const status = await postSigned(
            office.desk.url,
            signedForm({ payload: cut, n: String(left) }, options),
          );
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: Math.min(LANES, CASES) }, lane));
      // 404 is Bolt's for what is no action at all, 500 for another app's.
      expect([...statuses.keys()].filter((status) => ![200, 400, 401, 404, 500].includes(status))).toEqual(
        [],
      );
      for (const { proposal } of targets) {
        const { state, decisions } = await getProposal(office.desk.context.database, proposal.id);
        expect({ state, decisions }).toEqual({ state: 'pending', decisions: [] });
      }
      // And the process lives: the right click still decides.
      expect(await postSigned(office.desk.url, signedForm({ payload: payloadOf(right) }))).toBe(200);
      expect((await getProposal(office.desk.context.database, one.proposal.id)).state).toBe('approved');
      if (CASES >= 10_000) console.log(`answered ${JSON.stringify(Object.fromEntries(statuses))}`);
    },
    60_000 + CASES * 30,
  );
});
