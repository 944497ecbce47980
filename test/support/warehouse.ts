import type { Connector } from '../../src/connectors/connector.ts';
import type { Context } from '../../src/context.ts';
import type { Person } from '../../src/domain/person.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { assess } from '../../src/lifecycle/assess.ts';
import type { Collector } from '../../src/lifecycle/collect.ts';
import { decide } from '../../src/lifecycle/decide.ts';
import { type Post, propose } from '../../src/lifecycle/propose.ts';
import { getProposal } from '../../src/store/proposals.ts';
import { GROUPS, member, post } from './desk.ts';

/** Proposes for any agent and action, and judges. */
export async function proposedBy(
  context: Context,
  agentId: string,
  fields: Partial<Post>,
): Promise<Proposal> {
  const agent = context.manifests.agents[agentId];
  if (!agent) throw new Error(`the manifests have no ${agentId}`);
  const result = await propose(context, agent, post(fields));
  if (result.outcome !== 'received') throw new Error(JSON.stringify(result));
  await assess(context, result.id);
  return getProposal(context.database, result.id);
}

/** Approves as `person`, in groups where Kim and Lea lead. */
export async function approved(context: Context, proposal: Proposal, person: Person): Promise<Proposal> {
  const groups = { ...GROUPS, 'warehouse-leads': ['UKIM', 'ULEA'] };
  const result = await decide(context, {
    ...{ proposalId: proposal.id, digest: proposal.digest ?? '', verdict: 'approved', reason: null },
    ...{ person, groups },
  });
  if (result.outcome !== 'decided') throw new Error(JSON.stringify(result));
  return result.proposal;
}

export async function heldShipment(context: Context, shipment: string, account = '4471'): Promise<Proposal> {
  const input = { account, shipment, value: '120.00' };
  const proposal = await proposedBy(context, 'warehouse-agent', { action: 'fulfilment.hold', input });
  return approved(context, proposal, await member(context, 'ULEA', 'lea@acme.test'));
}

export function collectorOf(context: Context): Collector {
  const system = context.manifests.systems.fulfilment;
  if (system?.connector.type !== 'queue') throw new Error('the manifests have no queue');
  return { system, connector: system.connector };
}

/** As if the time that was waited for, or the lease of who died, were over. */
export async function timePasses(url: string): Promise<void> {
  const { default: postgres } = await import('postgres');
  const owner = postgres(url, { max: 1 });
  await owner`update execution set next_attempt_at = clock_timestamp(), lease_until = clock_timestamp() - interval '1 s'
    where state in ('ready', 'leased') or (state = 'started' and lease_until is not null)`;
  await owner`update system_state set paused_until = clock_timestamp()`;
  await owner.end();
}

/** A system that nothing is to be sent to in a test. */
export const silent: Connector = {
  timeoutMs: 1_000,
  read: async () => ({ kind: 'not_sent', why: 'it has no reads', permanent: true }),
  write: async () => {
    throw new Error('nothing is to be sent');
  },
  close: async () => {},
};
