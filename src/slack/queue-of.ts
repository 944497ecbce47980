import { authorize, type CardAct, groupsNeeded } from '../domain/authorize.ts';
import { agentsOwnedBy, concernOf, groupsOfTier } from '../domain/concerns.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Switches } from '../domain/switches.ts';
import { standingVote } from '../domain/votes.ts';
import { listDecidedBy } from '../store/history.ts';
import { readSwitches } from '../store/switches.ts';
import { type Choice, countWaiting, listPiles, type Place, pageOfWaiting } from '../store/waiting.ts';
import { cardViewOf } from './card-view-of.ts';
import type { CardView } from './cards/card-view.ts';
import type { Mine } from './cards/queue.ts';
import type { Clicker } from './listeners/click.ts';
import type { Session } from './session.ts';

/** What somebody has to see to. */
export interface Queue {
  readonly person: Person;
  readonly decide: Mine;
  readonly review: Mine;
  /** What they decided themselves, the newest first. */
  readonly decided: readonly Proposal[];
  readonly switches: Switches;
}

/** Of one's own, the most urgent; the others follow as these are decided. */
const MOST = 200;
const DECIDED = 10;

type Kind = 'decide' | 'review';

export async function queueOf(session: Session, by: Clicker): Promise<Queue> {
  const { context, people } = session;
  const { database } = context;
  const [person, switches] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    readSwitches(database),
  ]);
  const [decide, review, decided] = await Promise.all([
    mineOf(session, person, 'decide'),
    mineOf(session, person, 'review'),
    listDecidedBy(database, person.principal, DECIDED),
  ]);
  return { person, decide, review, decided, switches };
}

/** Those that this person could act on now, the most urgent first. Reads those of their tiers, page by page. */
async function mineOf(session: Session, person: Person, kind: Kind): Promise<Mine> {
  const { database } = session.context;
  const choice = await choiceOf(session, person, kind);
  const views: CardView[] = [];
  let after: Place | undefined;
  do {
    const page = await pageOfWaiting(database, kind, choice, { after, limit: MOST });
    views.push(...(await actable(session, person, page.proposals, kind)));
    after = page.next;
  } while (after && views.length < MOST);
  const count = after ? await countWaiting(database, kind, choice) : views.length;
  return { views: views.slice(0, MOST), count: Math.max(count, views.length) };
}

async function choiceOf({ context, groups }: Session, person: Person, kind: Kind): Promise<Choice> {
  const { manifests, database } = context;
  const known = await Promise.all(
    (await listPiles(database, kind)).map(async (pile) => {
      const { workflows } = await context.policyOf(pile.policy);
      const tier = workflows[pile.workflow]?.tiers[pile.tier];
      return tier ? [{ pile, tier }] : [];
    }),
  );
  const tiers = known.flat();
  const owners = Object.values(manifests.agents).flatMap(({ owner }) =>
    owner.kind === 'group' ? [owner.handle] : [],
  );
  const handles = new Set([...tiers.flatMap(({ tier }) => groupsOfTier(tier, kind)), ...owners]);
  const members: Groups = await groups.membersOf([...handles]);
  const { principal, identities } = person;
  return {
    piles: tiers.flatMap(({ pile, tier }) => {
      const concern = concernOf(person, tier, kind, members);
      return concern === 'none' ? [] : [{ ...pile, added: concern === 'added' }];
    }),
    except: { principal, identities, agents: agentsOwnedBy(person, manifests, members) },
  };
}

async function actable(
  { context, groups }: Session,
  person: Person,
  proposals: readonly Proposal[],
  kind: Kind,
): Promise<CardView[]> {
  const { manifests } = context;
  const views = await Promise.all(proposals.map((proposal) => cardViewOf(context, proposal)));
  const actOf = ({ proposal, offered, tier }: CardView): CardAct => {
    return { kind, proposal, offered, tier, digest: proposal.digest ?? '' };
  };
  const handles = new Set(views.flatMap((view) => groupsNeeded(actOf(view), manifests)));
  const members = await groups.membersOf([...handles]);
  return views.filter(
    (view) =>
      !standingVote(view.proposal, person) && authorize(actOf(view), person, manifests, members).allowed,
  );
}
