import type { Tier } from '../domain/manifest.ts';
import {
  type Choice,
  countWaiting,
  listPiles,
  type Pile,
  type Place,
  pageOfWaiting,
} from '../store/waiting.ts';
import { mayBeTurnOf } from './audience.ts';
import { digestMessage } from './cards/call-messages.ts';
import type { CardView } from './cards/card-view.ts';
import { lateness } from './cards/proposal-rows.ts';
import { postAt, takeTurn } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';
import { RANK } from './turns.ts';
import { type Turn, whoseTurn } from './whose-turn.ts';

interface Digest {
  readonly views: readonly CardView[];
  readonly count: number;
}

const PAGE = 100;

/** Tells one person, or `alerts`, in one message what waits for them, the most urgent first; nothing, if nothing does any more. */
export async function deliverDigest(posting: Posting, to: string): Promise<void> {
  const piles = await listPiles(posting.context.database, 'decide');
  if (to === 'alerts') {
    const late = await gather(
      posting,
      { piles, late: true },
      ({ view }) => lateness(view.proposal) !== undefined,
    );
    if (late.count === 0) return;
    await postAlert(posting, digestMessage(late.views, late.count, 'and nobody has decided in time'));
    return;
  }
  const theirs = await pilesOf(posting, piles, to);
  const mine = await gather(posting, { piles: theirs }, ({ ids }) => ids.includes(to));
  if (mine.count === 0) return;
  const channel = await takeTurn(posting, `@${to}`, RANK.call);
  await postAt(posting, channel, digestMessage(mine.views, mine.count, 'for you'));
}

/** Reads page by page until a message is full of them; what follows is counted. */
async function gather(posting: Posting, choice: Choice, isWanted: (turn: Turn) => boolean): Promise<Digest> {
  const { database } = posting.context;
  const views: CardView[] = [];
  let after: Place | undefined;
  do {
    const page = await pageOfWaiting(database, 'decide', choice, { after, limit: PAGE });
    const turns = await Promise.all(page.proposals.map((proposal) => whoseTurn(posting, proposal)));
    views.push(...turns.filter(isWanted).map(({ view }) => view));
    after = page.next;
  } while (after && views.length < PAGE);
  const count = after ? await countWaiting(database, 'decide', choice) : views.length;
  return { views, count: Math.max(count, views.length) };
}

async function pilesOf(posting: Posting, piles: readonly Pile[], to: string): Promise<Choice['piles']> {
  const known = await Promise.all(
    piles.map(async (pile) => {
      const { workflows } = await posting.context.policyOf(pile.policy);
      const tier: Tier | undefined = workflows[pile.workflow]?.tiers[pile.tier];
      return tier && (await mayBeTurnOf(posting, tier, to)) ? [pile] : [];
    }),
  );
  return known.flat();
}
