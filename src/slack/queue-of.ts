import { authorize, type CardAct, groupsNeeded } from '../domain/authorize.ts';
import type { Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Switches } from '../domain/switches.ts';
import { isReviewable, standingVote } from '../domain/votes.ts';
import { listProposals } from '../store/proposals.ts';
import { readSwitches } from '../store/switches.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import { byUrgency } from './cards/proposal-rows.ts';
import type { Clicker } from './listeners/click.ts';
import type { Session } from './session.ts';

/** What somebody has to see to, the most urgent first. */
export interface Queue {
  readonly person: Person;
  readonly decide: readonly CardView[];
  readonly review: readonly CardView[];
  /** What they decided themselves, the newest first. */
  readonly decided: readonly Proposal[];
  readonly switches: Switches;
}

/** Looked through for what is one's own; who has more than that waiting has other worries. */
const MOST = 500;
const DECIDED = 10;

export async function queueOf(session: Session, by: Clicker): Promise<Queue> {
  const { context, people } = session;
  const { database } = context;
  const [person, waiting, reviewing, switches] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    listProposals(database, { states: ['pending'], limit: MOST }),
    listProposals(database, { toReview: true, limit: MOST }),
    readSwitches(database),
  ]);
  const newest = { before: undefined, limit: DECIDED };
  const [decide, review, decided] = await Promise.all([
    mineOf(session, person, waiting, 'decide'),
    mineOf(session, person, reviewing.filter(isReviewable), 'review'),
    listProposals(database, { decidedBy: person.principal, newest }),
  ]);
  return { person, decide, review, decided, switches };
}

/** Those that this person could act on now. */
async function mineOf(
  { context, groups }: Session,
  person: Person,
  proposals: readonly Proposal[],
  kind: CardAct['kind'],
): Promise<CardView[]> {
  const { manifests } = context;
  const views = await Promise.all(proposals.map((proposal) => cardViewOf(context, proposal)));
  const actOf = ({ proposal, offered, tier }: CardView): CardAct => {
    return { kind, proposal, offered, tier, digest: proposal.digest ?? '' };
  };
  const handles = new Set(views.flatMap((view) => groupsNeeded(actOf(view), manifests)));
  const members = await groups.membersOf([...handles]);
  return views
    .filter(
      (view) =>
        !standingVote(view.proposal, person) && authorize(actOf(view), person, manifests, members).allowed,
    )
    .toSorted((a, b) => byUrgency(a.proposal, b.proposal));
}
