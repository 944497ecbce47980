import type { OutboxRow } from '../store/changes.ts';
import { enqueue } from '../store/outbox.ts';
import { getProposal } from '../store/proposals.ts';
import { findDoneStep } from '../store/steps.ts';
import { idsOfAdded } from './audience.ts';
import type { Posting } from './session.ts';
import { whoseTurn } from './whose-turn.ts';

const LATE_MS = 60_000;
/** People who are told the same at once get one message of it. */
const GATHER_MS = 2_000;

/**
 * Finds whom a step of the escalation calls (`<proposal>:<round>:<n>`) and asks for one message each, so that one which Slack does not
 * take holds up no other. Whoever is not at work is told in their morning, and what was due long ago in one message that lists it
 * all; who is paged is paged now. Decided meanwhile: nobody is called.
 */
export async function deliverStep(posting: Posting, ref: string): Promise<void> {
  const { database } = posting.context;
  const [id = '', round, n] = ref.split(':');
  const proposal = await getProposal(database, id);
  if (proposal.state !== 'pending' || proposal.round !== Number(round)) return;
  const step = await findDoneStep(database, id, Number(round), Number(n));
  if (!step) return;
  const { ids, view } = await whoseTurn(posting, proposal);
  const added = await idsOfAdded(posting, step.add, view.tier);
  const isLate = step.doneAt.getTime() - step.dueAt.getTime() > LATE_MS;
  const rows: OutboxRow[] = [];
  const paged = step.page ? ['alerts', ...(added.length > 0 ? added : ids)] : [];
  rows.push(...paged.map((to) => (isLate ? digest(to, GATHER_MS) : call(ref, to))));
  if (step.remind) rows.push(...(await remind(posting, ref, ids, proposal.readAt, isLate)));
  if (isLate) rows.push(...added.map((to) => digest(to, GATHER_MS)));
  if (rows.length > 0) await enqueue(database, rows);
}

async function remind(
  posting: Posting,
  ref: string,
  ids: readonly string[],
  now: Date,
  isLate: boolean,
): Promise<OutboxRow[]> {
  const waits = await Promise.all(
    ids.map(async (id) => ({ id, ms: await posting.hours.untilWork(id, now) })),
  );
  const inThread = !isLate && waits.some(({ ms }) => ms === 0);
  const later = waits.filter(({ ms }) => isLate || ms > 0);
  return [
    ...(inThread ? [call(ref, 'thread')] : []),
    ...later.map(({ id, ms }) => digest(id, Math.max(ms, GATHER_MS))),
  ];
}

function call(ref: string, to: string): OutboxRow {
  return { topic: 'call', ref: `${ref}:${to}` };
}

function digest(userId: string, afterMs: number): OutboxRow {
  return { topic: 'digest', ref: userId, afterMs };
}
