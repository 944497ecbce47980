import postgres from 'postgres';
import { expect } from 'vitest';
import type { Context } from '../../src/context.ts';
import type { Person } from '../../src/domain/person.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { executeDue } from '../../src/lifecycle/execute.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { testContext } from '../support/context.ts';
import { coursesAgree } from '../support/courses.ts';
import { freshDatabase } from '../support/database.ts';
import { decidingManifests } from '../support/deciding-manifests.ts';
import { member } from '../support/desk.ts';
import { refundLedger } from '../support/refund-ledger.ts';
import type { Gate, Refund, Who } from './gate-model.ts';

const WORKFLOW = `budget:
  per_account: 500/day
tiers:
  - below: 500
    decide: agent
  - up_to: 5000
    decide: human
    approvers: ["@support-leads"]
    expires: 8h
  - decide: named
    approvers: [dana@acme.test]
    expires: 24h
    review: { by: [cfo@acme.test], within: 24h, timing: before }
`;

/** The real gate over a real database, as three processes have it; each run has an account of its own. */
export interface GateWorld {
  readonly account: string;
  readonly ledger: ReturnType<typeof refundLedger>;
  /** Of the model's refunds, in their order. */
  readonly ids: string[];
  readonly operator: Person;
  desk(index: number): Context;
  person(who: Who): Person;
  proposal(model: Gate, refund: Refund): Promise<Proposal>;
  /** The time to decide it is over. */
  timeIsOver(id: string): Promise<void>;
  /** Whatever was waited for, and the leases of who died, are over. */
  patienceIsOver(): Promise<void>;
  /** Executes until nothing is due. */
  workOff(desk: number): Promise<void>;
  /** Throws where the gate is not as the model says. */
  agrees(model: Gate): Promise<void>;
}

export interface GateWorlds {
  next(): GateWorld;
  /** Puts the switches back, for the next run. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openGateWorlds(): Promise<GateWorlds> {
  const db = await freshDatabase();
  const owner = postgres(db.url, { max: 1, onnotice: () => {} });
  const ledger = refundLedger();
  const manifests = decidingManifests(WORKFLOW);
  const open = (worker: string) =>
    testContext({ url: db.appUrl, manifests, connectorOf: () => ledger, worker });
  const first = await open('a');
  const desks = [first, await open('b'), await open('c')];
  const known = async (id: string, name: string) => member(first, id, `${name}@acme.test`);
  const people: Record<Who, Person> = {
    lea: await known('ULEA', 'lea'),
    max: await known('UMAX', 'max'),
    dana: await known('UDANA', 'dana'),
    cfo: await known('UCFO', 'cfo'),
    sam: await known('USAM', 'sam'),
  };
  const operator = await known('UPAT', 'pat');
  let runs = 0;

  function next(): GateWorld {
    runs += 1;
    const ids: string[] = [];
    const account = String(10_000 + runs);
    const world: GateWorld = {
      account,
      ledger,
      ids,
      operator,
      desk: (index) => desks[index % desks.length] ?? first,
      person: (who) => people[who],
      proposal: (model, refund) => getProposal(first.database, ids[model.refunds.indexOf(refund)] ?? ''),
      async timeIsOver(id) {
        await owner`alter table proposal disable trigger proposal_moves, disable trigger proposal_is_audited`;
        await owner`update proposal set expires_at = clock_timestamp() - interval '1 s' where id = ${id}`;
        await owner`alter table proposal enable always trigger proposal_moves, enable always trigger proposal_is_audited`;
      },
      async patienceIsOver() {
        await owner`update execution set next_attempt_at = clock_timestamp(),
          lease_until = case when lease_until is not null then clock_timestamp() - interval '1 s' end
          where state in ('ready', 'leased', 'started')`;
      },
      async workOff(index) {
        await world.patienceIsOver();
        while ((await executeDue(world.desk(index), 10)) > 0) await world.patienceIsOver();
      },
      async agrees(model) {
        const rows = await owner<{ id: string; state: string }[]>`
          select id, state from proposal where account = ${account} order by number`;
        expect(rows.map(({ state }) => state)).toEqual(model.refunds.map(({ state }) => state));
        expect(rows.map(({ id }) => id)).toEqual(ids);
        await coursesAgree(first.database, { account });
        const posted = [...ledger.refunds.values()].filter((each) => each.account === account);
        const cents = (of: Refund[]) => of.map((each) => each.cents).toSorted((a, b) => a - b);
        const amounts = (state: string) =>
          posted
            .filter((each) => each.state === state)
            .map(({ amount }) => Math.round(Number(amount) * 100))
            .toSorted((a, b) => a - b);
        expect(amounts('void')).toEqual(cents(model.refunds.filter(({ voided }) => voided)));
        expect(amounts('posted')).toEqual(
          cents(model.refunds.filter(({ written, voided }) => written && !voided)),
        );
      },
    };
    return world;
  }

  return {
    next,
    async reset() {
      await owner`select switch_on('all', '{"principal": "person:test", "id": "UDANA", "name": "dana"}', null)`;
      // What a run left undone is none of the next one's.
      await owner`alter table execution disable trigger execution_moves`;
      await owner`update execution set state = 'canceled', started_at = null where state in ('ready', 'leased', 'started')`;
      await owner`alter table execution enable always trigger execution_moves`;
    },
    async close() {
      await Promise.all(desks.map((each) => each.close()));
      await owner.end();
      await db.drop();
    },
  };
}
