import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { NewDecision } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import type { DecideResult } from './decide.ts';
import { decidedEvent, tierOf, voterOf } from './judge.ts';

export interface TakingBack {
  readonly proposalId: string;
  readonly digest: string;
  readonly person: Person;
  readonly groups: Groups;
}

const TRIES = 8;

/** Takes an approval back before its write has started; then the proposal is rejected. Committed when it resolves to `decided`. */
export async function takeBack(context: Context, taking: TakingBack): Promise<DecideResult> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, taking.proposalId);
    const offered = await offeredOf(context, proposal);
    const tier = tierOf(offered, proposal.tierIndex);
    const { person, groups, digest } = taking;
    const permission = authorize(
      { kind: 'take_back', proposal, offered, tier, digest },
      person,
      context.manifests,
      groups,
    );
    if (!permission.allowed) return { outcome: 'refused', because: permission.because };
    const decision: NewDecision = {
      stage: 'approve',
      verdict: null,
      kind: 'take_back',
      digest,
      reason: null,
      ...voterOf(person, permission.for),
    };
    const outcome = await context.changes.change({
      id: proposal.id,
      version: proposal.version,
      set: { state: 'rejected', review: null },
      decision,
      cancel: true,
      events: [decidedEvent(decision, 'rejected')],
      outbox: [{ topic: 'card', ref: proposal.id }],
    });
    if (outcome === 'applied')
      return { outcome: 'decided', proposal: await getProposal(context.database, proposal.id) };
    if (outcome === 'late') break;
  }
  return { outcome: 'refused', because: 'It is too late to take it back: the write has begun.' };
}
