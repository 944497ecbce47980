import { patienceOf } from '../errors.ts';
import { loggable } from '../logger.ts';
import { type Card, listCards, saveCards } from '../store/cards.ts';
import { dropWaiting, listWaiting, type WaitingCard } from '../store/delivery.ts';
import { placeOfTarget } from './audience.ts';
import { limits } from './cards/limits.ts';
import { isUnreachable, isUnshowable, type Place, postAt, takeTurn } from './post.ts';
import { contentDigest } from './replace-message.ts';
import type { Posting } from './session.ts';
import { type Copy, contentOf, readCopy, showing } from './show-message.ts';
import { RANK } from './turns.ts';
import { reportUnreachable, reportUnshown } from './unreachable-card.ts';
import { SlackAway, SlackRefusal } from './web.ts';

/** Up to so many waiting, each gets a card of its own; more, and one message lists up to {@link limits.list.rows} of them. */
const CARDS_UP_TO = 10;
/** The next turn of a place. */
const NEXT_MS = 1_000;

/**
 * Posts what waits at a place (`#channel` or `@U…`), one message a turn: what queued while the last turn ran. Throws {@link SlackAway} if it
 * is not its turn, and while more waits.
 */
export async function deliverPlace(posting: Posting, place: string): Promise<void> {
  const { database } = posting.context;
  const waiting = await listWaiting(database, place, 1);
  if (waiting.first.length === 0) return;
  const channel = await takeTurn(posting, place, waiting.isCall ? RANK.call : RANK.card);
  if (place.startsWith('@')) await posting.turns.takeCard(channel);
  const { first } = await listWaiting(database, place, limits.list.rows);
  const together = first.length > CARDS_UP_TO ? first : first.slice(0, 1);
  await apartIfRefused(posting, together, () => postNext(posting, channel, together));
  const left = await listWaiting(database, place, 1);
  if (left.first.length > 0) throw new SlackAway(`more wait for ${place}`, NEXT_MS);
}

/** Posts one copy alone, which stumbled among the others: `<proposal>:<target>`. */
export async function deliverCopy(posting: Posting, ref: string): Promise<void> {
  const at = ref.indexOf(':');
  const waiting = { proposalId: ref.slice(0, at), target: ref.slice(at + 1) };
  const copy = await readWanted(posting, waiting, 'card');
  if (copy) await postCard(posting, await takeTurn(posting, placeOfTarget(waiting.target), RANK.card), copy);
}

async function postNext(posting: Posting, channel: string, waiting: readonly WaitingCard[]): Promise<void> {
  const form = waiting.length > 1 ? 'line' : 'card';
  const found = await Promise.all(
    waiting.map(async (each) => {
      let copy: Copy | undefined;
      await apartIfRefused(posting, [each], async () => {
        copy = await readWanted(posting, each, form);
        if (!copy) await dropWaiting(posting.context.database, [each], false);
      });
      return copy;
    }),
  );
  const copies = found.filter((copy) => copy !== undefined);
  const [first] = copies;
  if (copies.length > 1) return postList(posting, channel, copies);
  if (!first) return;
  const whole = form === 'card' ? first : await readCopy(posting, waitingOf(first), 'card');
  await postCard(posting, channel, whole);
}

/** Undefined: it is decided, withdrawn or posted by now. */
async function readWanted(
  posting: Posting,
  waiting: WaitingCard,
  form: Card['form'],
): Promise<Copy | undefined> {
  const there = await listCards(posting.context.database, waiting.proposalId);
  if (there.some(({ target }) => target === waiting.target)) return undefined;
  const copy = await readCopy(posting, waiting, form);
  return copy.isWanted ? copy : undefined;
}

/** What patience does not mend is tried again by itself, so that it holds up no other. */
async function apartIfRefused(
  { context }: Posting,
  waiting: readonly WaitingCard[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (patienceOf(error).retry) throw error;
    context.log.error({ waiting, err: loggable(error) }, 'slack.cards_set_apart');
    await dropWaiting(context.database, waiting, true);
  }
}

async function postCard(posting: Posting, channel: string, copy: Copy): Promise<void> {
  try {
    const { shown, result } = await showing(posting, copy, (message) => postAt(posting, channel, message));
    await saveCards(posting.context.database, [cardOf(copy, result, 'card', contentDigest(shown))]);
  } catch (error) {
    if (isUnreachable(error)) return reportUnreachable(posting, copy.view, copy.target);
    if (error instanceof SlackRefusal) await reportUnshown(posting, copy.view, copy.target, error);
    throw error;
  }
}

async function postList(posting: Posting, channel: string, copies: readonly Copy[]): Promise<void> {
  const [first] = copies;
  const content = contentOf(copies, 'line');
  try {
    const place = await postAt(posting, channel, content);
    const shown = contentDigest(content);
    await saveCards(
      posting.context.database,
      copies.map((copy) => cardOf(copy, place, 'line', shown)),
    );
  } catch (error) {
    if (first && isUnreachable(error)) return reportUnreachable(posting, first.view, first.target);
    if (!first || !isUnshowable(error)) throw error;
    posting.context.log.error({ channel, said: error.message }, 'slack.list_refused');
    await postCard(posting, channel, await readCopy(posting, waitingOf(first), 'card'));
  }
}

function cardOf({ view, target }: Copy, place: Place, form: Card['form'], shown: string): Card {
  const { id: proposalId, round } = view.proposal;
  return { ...place, proposalId, target, round, form, shown };
}

function waitingOf({ view, target }: Copy): WaitingCard {
  return { proposalId: view.proposal.id, target };
}
