import { decide } from '../../src/lifecycle/decide.ts';
import { testContext } from '../support/context.ts';
import { GROUPS, member, memoryBilling } from '../support/desk.ts';

/** One click that a worker is told to make. */
export interface ClickOrder {
  readonly id: string;
  readonly digest: string;
  readonly verdict: 'approved' | 'rejected';
}

/** What came of it: `decided`, `repeated`, or why it was refused. */
export interface ClickAnswer {
  readonly said: string;
}

const [url = '', userId = '', email = ''] = process.argv.slice(2);
const context = await testContext({ url, worker: userId, connectorOf: () => memoryBilling() });
const person = await member(context, userId, email);

process.on('message', (order: ClickOrder) => {
  const { id: proposalId, digest, verdict } = order;
  void decide(context, { proposalId, digest, verdict, reason: 'because', person, groups: GROUPS }).then(
    (result) => answer(result.outcome === 'refused' ? result.because : result.outcome),
    (error: unknown) => answer(`error: ${String(error)}`),
  );
});
answer('ready');

function answer(said: string): void {
  process.send?.({ said } satisfies ClickAnswer);
}
