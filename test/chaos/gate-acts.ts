import fc from 'fast-check';
import { expect } from 'vitest';
import { decodeEnvelope } from '../../src/domain/envelope.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import { advanceRollback, confirmRollback } from '../../src/lifecycle/confirm-rollback.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { expireDue } from '../../src/lifecycle/expire.ts';
import { planRollback } from '../../src/lifecycle/plan-rollback.ts';
import { propose } from '../../src/lifecycle/propose.ts';
import { review } from '../../src/lifecycle/review.ts';
import { takeBack } from '../../src/lifecycle/take-back.ts';
import { withdraw } from '../../src/lifecycle/withdraw.ts';
import { getEnvelope } from '../../src/store/envelopes.ts';
import { beginExecution, claimExecutions, releaseExecution } from '../../src/store/executions.ts';
import { readSwitches, switchOff, switchOn } from '../../src/store/switches.ts';
import { GROUPS, post, refundAgent } from '../support/desk.ts';
import type { Gate, Refund, Who } from './gate-model.ts';
import type { GateWorld } from './gate-world.ts';

type Act = fc.AsyncCommand<Gate, GateWorld>;

/** One thing that somebody does, to the model and to the gate; `name` is what a counterexample prints. */
function act(
  name: string,
  perform: (model: Gate, world: GateWorld) => Promise<void>,
  when: (model: Gate) => boolean = () => true,
): Act {
  return {
    check: when,
    run: async (model, world) => {
      await perform(model, world);
      await world.agrees(model);
    },
    toString: () => name,
  };
}

const someone = fc.constantFrom<Who>('lea', 'max', 'dana', 'cfo', 'sam');
const which = fc.nat({ max: 30 });
const desk = fc.nat({ max: 2 });
const any = ({ refunds }: Gate) => refunds.length > 0;

function found(model: Gate, index: number): Refund {
  const refund = model.get(index);
  if (!refund) throw new Error('there is no refund');
  return refund;
}

const proposing = fc
  .tuple(
    fc.constantFrom(9_900, 30_000, 49_999, 50_000, 125_000, 500_000, 500_001),
    fc.option(fc.constantFrom<Who>('lea', 'dana', 'cfo'), { nil: undefined, freq: 4 }),
    desk,
  )
  .map(([cents, asker, at]) =>
    act(`propose ${cents}${asker ? ` for ${asker}` : ''}`, async (model, world) => {
      const context = world.desk(at);
      const expected = model.propose(cents, asker);
      const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
      const onBehalfOf = asker ? `${asker}@acme.test` : null;
      const said = await propose(
        context,
        refundAgent(context),
        post({ account: world.account, amount, onBehalfOf }),
      );
      if (expected === 'disabled') return expect(said.outcome).toBe('disabled');
      if (said.outcome !== 'received') throw new Error(JSON.stringify(said));
      await assess(context, said.id);
      world.ids.push(said.id);
    }),
  );

const deciding = fc.tuple(which, someone, fc.boolean(), desk).map(([index, who, approves, at]) =>
  act(
    `${who} ${approves ? 'approves' : 'rejects'} ${index}`,
    async (model, world) => {
      const refund = found(model, index);
      const proposal = await world.proposal(model, refund);
      const result = await decide(world.desk(at), {
        proposalId: proposal.id,
        digest: proposal.digest ?? '',
        verdict: approves ? 'approved' : 'rejected',
        reason: 'because',
        confirmation: { how: 'dialog' },
        person: world.person(who),
        groups: GROUPS,
      });
      expect(result.outcome === 'decided').toBe(model.decide(refund, who, approves));
    },
    any,
  ),
);

const reviewing = fc.tuple(which, someone, fc.boolean(), desk).map(([index, who, agrees, at]) =>
  act(
    `${who} ${agrees ? 'agrees to' : 'objects to'} ${index}`,
    async (model, world) => {
      const refund = found(model, index);
      const proposal = await world.proposal(model, refund);
      const result = await review(world.desk(at), {
        proposalId: proposal.id,
        digest: proposal.digest ?? '',
        verdict: agrees ? 'agreed' : 'objected',
        reason: 'because',
        person: world.person(who),
        groups: GROUPS,
      });
      expect(result.outcome === 'decided').toBe(model.review(refund, who, agrees));
    },
    any,
  ),
);

const takingBack = fc.tuple(which, someone, desk).map(([index, who, at]) =>
  act(
    `${who} takes ${index} back`,
    async (model, world) => {
      const refund = found(model, index);
      const proposal = await world.proposal(model, refund);
      const result = await takeBack(world.desk(at), {
        proposalId: proposal.id,
        digest: proposal.digest ?? '',
        person: world.person(who),
        groups: GROUPS,
      });
      expect(result.outcome === 'decided').toBe(model.takeBack(refund, who));
    },
    any,
  ),
);

const withdrawing = fc.tuple(which, desk).map(([index, at]) =>
  act(
    `the agent withdraws ${index}`,
    async (model, world) => {
      const refund = found(model, index);
      const proposal = await world.proposal(model, refund);
      const result = await withdraw(world.desk(at), proposal.id);
      expect(result.outcome === 'withdrawn').toBe(model.withdraw(refund));
    },
    any,
  ),
);

const expiring = fc.tuple(which, desk).map(([index, at]) =>
  act(
    `nobody decides ${index} in time`,
    async (model, world) => {
      const refund = found(model, index);
      const proposal = await world.proposal(model, refund);
      if (refund.state === 'pending') await world.timeIsOver(proposal.id);
      await expireDue(world.desk(at));
      model.expire(refund);
    },
    (model) => any(model) && !model.off,
  ),
);

const switching = fc.tuple(fc.boolean(), desk).map(([off, at]) =>
  act(`switched ${off ? 'off' : 'on'}`, async (model, world) => {
    const by = { principal: 'person:test', id: 'UDANA', name: 'dana' };
    if (off) await switchOff(world.desk(at).database, 'all', by, 'a test');
    else await switchOn(world.desk(at).database, 'all', by, null);
    model.off = off;
  }),
);

const writing = desk.map((at) =>
  act('what is due is written', async (model, world) => {
    await world.workOff(at);
    model.write();
  }),
);

/** Somebody claims a write and dies: before its first byte, or after it and before its record. */
const dying = fc.tuple(fc.constantFrom('claim', 'begin', 'write'), desk).map(([after, at]) =>
  act(`a process dies after its ${after}`, async (model, world) => {
    const { database } = world.desk(at);
    await world.patienceIsOver();
    const [claim] = await claimExecutions(database, 'dying', 150_000, 1);
    if (!claim) return;
    const refund = model.refunds[world.ids.indexOf(claim.proposalId)];
    if (!refund) throw new Error('it took what is not of this run');
    if (after === 'claim') return;
    const begun = await beginExecution(database, claim, 10_000);
    expect(begun === 'started').toBe(!model.off);
    if (begun !== 'started') return releaseExecution(database, claim, 0, null);
    refund.state = 'executing';
    if (after === 'begin') return;
    const { request } = decodeEnvelope(await getEnvelope(database, claim.proposalId, 1));
    const start = async () => performance.now() + 150;
    await world.ledger.write(request, { key: claim.id, scope: 'refunds', receipt: '', start });
    refund.written = 1;
  }),
);

const undoing = fc.tuple(which, desk).map(([index, at]) =>
  act(
    `${index} is rolled back`,
    async (model, world) => {
      const context = world.desk(at);
      const refund = found(model, index);
      const { number } = await world.proposal(model, refund);
      const scope = { kind: 'proposal', subject: String(number) } as const;
      const asked = { scope, since: null, person: world.person('dana'), groups: GROUPS };
      const planned = await planRollback(context, asked);
      if (refund.state !== 'executed') return expect(planned.outcome).toBe('refused');
      if (planned.outcome !== 'planned') throw new Error(planned.because);
      const { id, digest } = planned.rollback;
      const before = Object.keys((await readSwitches(context.database)).off);
      const mine = await confirmRollback(context, {
        id,
        digest,
        person: world.person('dana'),
        groups: GROUPS,
      });
      expect(mine.outcome).toBe('refused');
      const other = await confirmRollback(context, { id, digest, person: world.operator, groups: GROUPS });
      expect(other.outcome).toBe('confirmed');
      await advanceRollback(context, id);
      await world.workOff(at);
      await advanceRollback(context, id);
      const by = { principal: 'person:test', id: 'UDANA', name: 'dana' };
      for (const scopeOff of Object.keys((await readSwitches(context.database)).off))
        if (!before.includes(scopeOff)) await switchOn(context.database, scopeOff, by, null);
      refund.state = 'rolled_back';
      refund.voided = 1;
      model.lookUp();
      model.write();
      await world.workOff(at);
    },
    (model) => any(model) && found(model, index).state !== 'executing',
  ),
);

export const ACTS: fc.Arbitrary<Act>[] = [
  proposing,
  proposing,
  deciding,
  deciding,
  reviewing,
  takingBack,
  withdrawing,
  expiring,
  switching,
  writing,
  dying,
  undoing,
];
