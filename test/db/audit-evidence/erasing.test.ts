import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Context } from '../../../src/context.ts';
import { describeEvent } from '../../../src/domain/audit-line.ts';
import { readCheckpoints } from '../../../src/domain/checkpoint.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { readSigningKey, type SigningKey } from '../../../src/domain/signing-key.ts';
import { proposalView } from '../../../src/http/proposal-view.ts';
import { answerQuestion } from '../../../src/lifecycle/answer-question.ts';
import { askQuestion } from '../../../src/lifecycle/ask-question.ts';
import { offeredOf } from '../../../src/lifecycle/assess.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import { executeDue } from '../../../src/lifecycle/execute.ts';
import { planRollback } from '../../../src/lifecycle/plan-rollback.ts';
import { findReceipt } from '../../../src/lifecycle/receipt.ts';
import { sealDue, signHead } from '../../../src/lifecycle/seal.ts';
import { verifyAudit } from '../../../src/lifecycle/verify-audit.ts';
import { cardViewOf, fullCardViewOf } from '../../../src/slack/card-view-of.ts';
import { decisionCard } from '../../../src/slack/cards/decision-card.ts';
import { detailsModal } from '../../../src/slack/cards/details-modal.ts';
import { listAudit } from '../../../src/store/audit.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { eraseAccount } from '../../../src/store/erasures.ts';
import { getProposal } from '../../../src/store/proposals.ts';
import { readUnsealed } from '../../../src/store/sealed-rows.ts';
import { readLogOrigin } from '../../../src/store/seals.ts';
import { dump } from '../../support/canaries.ts';
import { testContext } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { GROUPS, member, memoryBilling, proposed } from '../../support/desk.ts';
import { exportedLines, verifiedByOneFile } from '../../support/one-file-verifier.ts';
import { PERSONAL, personalManifests } from '../../support/personal-manifests.ts';
import { runCountersign } from '../../support/run-countersign.ts';

const SEED = Buffer.alloc(32, 7).toString('base64');

let db: FreshDatabase;
let owner: Sql;
let context: Context & { close(): Promise<void> };
let key: SigningKey;
const billing = memoryBilling();
const heads: string[] = [];

beforeAll(async () => {
  db = await freshDatabase();
  owner = postgres(db.url, { max: 1, onnotice: () => {} });
  billing.record = { ...billing.record, holder: PERSONAL.holder, street: 'canary-unclassified-street' };
  billing.answer = () => ({
    kind: 'answered',
    status: 201,
    body: { id: 're_1', receipt: PERSONAL.receipt },
    retryAfterMs: undefined,
  });
  context = await testContext({ url: db.appUrl, manifests: personalManifests(), connectorOf: () => billing });
  key = readSigningKey(SEED, await readLogOrigin(context.database), false);
});
afterAll(async () => {
  await Promise.all([owner.end(), context.close()]);
  await db.drop();
});

const { iban, ssn, note, email } = PERSONAL;
const asked = (account: string) => ({
  account,
  input: { account, invoice: 'inv_9', amount: '1250.00', iban, ssn, note, email },
  reason: `Anna's account ${iban} was charged twice: ${email}`,
  evidence: [{ title: `Mail of ${email}`, url: `https://tickets.example.test/${iban}` }],
  metadata: { thread: `t-1 of ${email}`, about: iban },
});

async function refunded(account: string): Promise<Proposal> {
  const proposal = await proposed(context, asked(account));
  const person = await member(context, 'ULEA', 'lea@acme.test');
  const deciding = { proposalId: proposal.id, digest: proposal.digest ?? '', verdict: 'approved' as const };
  const question = { proposalId: proposal.id, text: 'Whose account is it?', person, groups: GROUPS };
  expect((await askQuestion(context, question)).outcome).toBe('asked');
  const { questions } = await getProposal(context.database, proposal.id);
  await answerQuestion(context, proposal.id, questions[0]?.id ?? '', `That of ${iban}, ${email}`);
  const decided = await decide(context, { ...deciding, reason: 'ok', person, groups: GROUPS });
  if (decided.outcome !== 'decided') throw new Error(JSON.stringify(decided));
  while ((await executeDue(context, 4)) > 0);
  return getProposal(context.database, proposal.id);
}

const sealAndSign = () =>
  vi.waitFor(
    async () => {
      const keep = async (head: string) => void heads.push(head);
      await sealDue(context, key, keep);
      expect((await readUnsealed(context.database)).rows).toBe(0);
      await signHead(context, key, keep);
    },
    { timeout: 20_000, interval: 20 },
  );

const findings = async () =>
  (
    await verifyAudit(
      context.database,
      heads.flatMap((head) => readCheckpoints(head)),
    )
  ).findings;

const exported = () => exportedLines(context.database);

/** What people, agents and auditors get to see of it. */
async function waysOut(proposal: Proposal): Promise<Record<string, string>> {
  const { database, signingKey } = context;
  const view = await fullCardViewOf(context, proposal);
  const events = await listAudit(database, { number: proposal.number });
  return {
    card: JSON.stringify(decisionCard(await cardViewOf(context, proposal))),
    details: JSON.stringify(detailsModal(view, '')),
    agent: JSON.stringify(
      proposalView(proposal, context.manifests, { publicUrl: undefined, keyed: signingKey.keyed }),
    ),
    audit: JSON.stringify([...events, ...events.map(describeEvent)]),
    export: await exported(),
  };
}

describe('a personal field', () => {
  it('is told as its class says at every way out, and the system gets it whole', async () => {
    const proposal = await refunded('5101');
    expect(proposal.state).toBe('executed');
    await sealAndSign();
    expect(billing.writes.at(-1)?.body).toMatchObject({ iban, ssn, note, email });
    for (const [way, text] of Object.entries(await waysOut(proposal))) {
      for (const hidden of [iban, ssn, note, PERSONAL.holder, PERSONAL.receipt])
        expect(text, `${way} tells ${hidden}`).not.toContain(hidden);
      expect(text, way).toContain('••••2051');
      expect(text, way).toContain('(not told)');
      expect(text, way).toContain(`hmac:${context.signingKey.keyed(JSON.stringify(ssn))}`);
      expect(text, way).toContain(email);
    }
    const { card, details } = await waysOut(proposal);
    for (const text of [card, details]) expect(text).toContain('Personal, and not shown as it is: ');
  });

  it('is compared by its hash, and only by who has the key', () => {
    const { keyed } = context.signingKey;
    expect(keyed('"a"')).toBe(keyed('"a"'));
    expect(keyed('"a"')).not.toBe(keyed('"b"'));
    const other = readSigningKey(Buffer.alloc(32, 8).toString('base64'), 'x', false);
    expect(other.keyed('"a"')).not.toBe(keyed('"a"'));
  });

  it('leaves the record of what has none as it was', async () => {
    const action = (await offeredOf(context, await refunded('5102'))).action;
    expect(action.fields).toMatchObject({ iban: 'mask' });
    const [event] = await owner`select data from audit_event where type = 'proposal.received' limit 1`;
    expect(Object.keys(event?.data.input)).not.toContain('iban');
    expect(event?.data.input).toMatchObject({ invoice: 'inv_9', amount: '1250.00' });
    expect(Object.keys(event?.data ?? {})).not.toEqual(expect.arrayContaining(['metadata']));
  });
});

describe('erasing an account', () => {
  it('is refused while something of it is under way', async () => {
    const waiting = await proposed(context, asked('5103'));
    expect(await eraseAccount(context.database, '5103', 'asked', true).catch(({ code }) => code)).toBe(
      '42501',
    );
    const { database } = ownerDesk();
    const answer = await eraseAccount(database, '5103', 'asked', true);
    expect(answer).toEqual({ outcome: 'open', numbers: [waiting.number] });
    await database.close();
  });

  it('leaves none of its values in any table, and everything as provable as before', async () => {
    const proposal = await refunded('5104');
    await sealAndSign();
    const receipt = await findReceipt(context, proposal);
    expect(receipt).toBeDefined();
    const env = { DATABASE_URL: db.url, AUDIT_SIGNING_KEY: SEED };
    const erase = (...more: string[]) =>
      runCountersign(
        ['audit', 'erase', '--account', '5104', '--because', 'Anna asked (DSR-7)', ...more],
        env,
      );

    const refused = await erase();
    expect({ code: refused.exitCode, said: refused.stdout }).toEqual({
      code: 1,
      said: expect.stringContaining(`#${proposal.number} could still be rolled back`),
    });
    const whole = await exported();
    const done = await erase('--give-up-undo');
    expect({ code: done.exitCode, said: done.stdout, told: done.stderr }).toMatchObject({
      code: 0,
      said: expect.stringMatching(/^Erased \d+ personal values of 1 proposals of account 5104/),
    });

    // The others of the file are erased too, so that a canary can only be this one's.
    for (const account of ['5101', '5102']) {
      const { database } = ownerDesk();
      expect((await eraseAccount(database, account, 'asked', true)).outcome).toBe('erased');
      await database.close();
    }
    const rows = (await dump(db.url)).split('\n').filter((row) => row.includes(proposal.id));
    expect(rows.length).toBeGreaterThan(5);
    for (const value of [...Object.values(PERSONAL), 'canary-unclassified-street', '••••2051', 'hmac:'])
      expect(
        rows.filter((row) => row.includes(value) || row.includes(Buffer.from(value).toString('hex'))),
        value,
      ).toEqual([]);

    await sealAndSign();
    expect(await findings()).toEqual([]);
    expect(await verifiedByOneFile(await exported(), { heads, key })).toContain('rows of the log');
    expect(
      await verifiedByOneFile(
        `${whole}\n${(await exported()).split('\n').slice(whole.split('\n').length).join('\n')}`,
        { heads, key },
      ),
    ).toContain('rows of the log');

    const erased = await getProposal(context.database, proposal.id);
    expect(erased).toMatchObject({ digest: proposal.digest, state: 'executed', input: {}, before: null });
    const events = await listAudit(context.database, { number: proposal.number });
    expect(events.at(-1)?.data.input).toMatchObject({
      amount: '1250.00',
      iban: '(erased)',
      note: '(not told)',
    });
    expect(events.at(-1)?.data).toMatchObject({
      reason: '(erased)',
      evidence: '(erased)',
      metadata: '(erased)',
    });
    expect(JSON.stringify(await waysOut(erased))).toContain('(erased)');
    expect(await findReceipt(context, erased)).toBeUndefined();
    const person = await member(context, 'ULEE', 'lee@acme.test');
    const plan = await planRollback(context, {
      scope: { kind: 'proposal', subject: String(proposal.number) },
      since: null,
      person,
      groups: GROUPS,
    });
    expect(plan).toMatchObject({
      rollback: { items: [{ class: 'irreversible', why: 'what it would be undone with was erased' }] },
    });
  });

  it('is seen where it was not this way that a value went, or came to be another', async () => {
    await refunded('5105');
    await sealAndSign();
    await owner`alter table audit_value disable trigger user`;
    await owner`update audit_value set value = '"x"' where path = '/input/email'`;
    await owner`delete from audit_value where path = '/input/iban'`;
    await owner`alter table audit_value enable always trigger audit_value_moves`;
    const said = (await findings()).filter(({ kind }) => kind === 'value').map(({ says }) => says);
    expect(said.some((each) => each.includes('/input/email in event 1 is not what'))).toBe(true);
    expect(said.some((each) => each.includes('/input/iban in event 1 is gone, and no event says'))).toBe(
      true,
    );
    expect(await verifiedByOneFile(await exported(), { heads, key })).toContain(
      'the value of /input/email is not what the event commits to',
    );
  });
});

function ownerDesk() {
  return { database: openDatabase({ url: db.url, connections: 1 }) };
}
