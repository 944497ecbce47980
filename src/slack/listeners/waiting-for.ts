import { authorize, groupsNeeded } from '../../domain/authorize.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { listProposals } from '../../store/proposals.ts';
import { cardViewOf } from '../card-view-of.ts';
import type { Session } from '../session.ts';
import type { Clicker } from './click.ts';

/** What this person could decide now. */
export async function waitingFor(session: Session, by: Clicker): Promise<Proposal[]> {
  const { context, people, groups } = session;
  const { manifests, database } = context;
  const pending = await listProposals(database, { waiting: true });
  const acts = await Promise.all(
    pending.map(async (proposal) => {
      const { offered, tier } = await cardViewOf(context, proposal);
      return { kind: 'decide' as const, proposal, offered, tier, digest: proposal.digest ?? '' };
    }),
  );
  const handles = new Set(acts.flatMap((act) => groupsNeeded(act, manifests)));
  const [person, members] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    groups.membersOf([...handles]),
  ]);
  return acts.filter((act) => authorize(act, person, manifests, members).allowed).map((act) => act.proposal);
}
