import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { handOverTo } from '../store/handovers.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { tierOf } from './judge.ts';

export interface HandingOver {
  readonly proposalId: string;
  readonly digest: string;
  readonly to: Person;
  readonly person: Person;
  readonly groups: Groups;
}

export type HandOverResult =
  | { readonly outcome: 'handed_over' }
  | { readonly outcome: 'refused'; readonly because: string };

/** Gives a proposal to a colleague who may decide it too, and who is told directly. Committed when it resolves to `handed_over`. */
export async function handOver(context: Context, handing: HandingOver): Promise<HandOverResult> {
  const { to, person, groups, digest } = handing;
  const proposal = await getProposal(context.database, handing.proposalId);
  const offered = await offeredOf(context, proposal);
  const act = {
    kind: 'decide',
    proposal,
    offered,
    tier: tierOf(offered, proposal.tierIndex),
    digest,
  } as const;
  const mine = authorize(act, person, context.manifests, groups);
  if (!mine.allowed) return refuse(mine.because);
  if (to.principal === person.principal) return refuse('It is with you already.');
  const theirs = authorize(act, to, context.manifests, groups);
  if (!theirs.allowed)
    return refuse(`${to.name} can't decide #${proposal.number}. To them it would say: ${theirs.because}`);
  const given = await handOverTo(context.database, proposal.id, nameOf(to), nameOf(person));
  return given ? { outcome: 'handed_over' } : refuse(`${to.name} has #${proposal.number} already.`);
}

function nameOf({ principal, userId, name }: Person): { principal: string; id: string; name: string } {
  return { principal, id: userId, name };
}

function refuse(because: string): HandOverResult {
  return { outcome: 'refused', because };
}
