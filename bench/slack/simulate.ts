import type { Proposal } from '../../src/domain/proposal.ts';
import { elementsOf, labelOf } from '../../test/support/element-values.ts';
import { type OfficeOptions, openSimulatedOffice, type SimulatedOffice } from './office.ts';

export interface Load {
  /** When each proposal comes, in milliseconds. */
  readonly arrivals: readonly number[];
  /** How many of them somebody decides, so long after they can see them, one after the other. */
  readonly decided: number;
}

export interface Delivered {
  readonly proposals: number;
  /** Seconds until each could be seen. */
  readonly visible: readonly number[];
  /** Seconds until what was decided looked decided. */
  readonly settled: readonly number[];
  readonly posts: number;
  readonly updates: number;
  /** Calls that Slack found too early. */
  readonly refused: number;
  readonly callsPerProposal: number;
}

const LOOKS_MS = 20_000;
/** Between two decisions of one person. */
const NEXT_MS = 5_000;

interface Waiting {
  readonly proposal: Proposal;
  readonly arrivedAt: number;
  seenAt?: number;
  decidedAt?: number;
  settledAt?: number;
}

/** Lets proposals come and people decide, by a clock that jumps from one thing that is due to the next. */
export async function simulate(options: OfficeOptions, load: Load): Promise<Delivered> {
  const office = await openSimulatedOffice(options);
  try {
    return resultOf(office, await play(office, load));
  } finally {
    await office.close();
  }
}

async function play(office: SimulatedOffice, { arrivals, decided }: Load): Promise<Waiting[]> {
  const all: Waiting[] = [];
  const coming = [...arrivals];
  const due = () => dueDecision(all, decided);
  for (;;) {
    const decision = due();
    const next = Math.min(coming[0] ?? Number.POSITIVE_INFINITY, decision?.atMs ?? Number.POSITIVE_INFINITY);
    const isLast = next === Number.POSITIVE_INFINITY;
    const isSooner = await office.advance(isLast ? office.now() : next);
    if (!isSooner && isLast) {
      if (
        all.every(
          ({ seenAt, decidedAt, settledAt }) =>
            seenAt !== undefined && (decidedAt === undefined || settledAt !== undefined),
        )
      )
        return all;
      await office.advance(office.now() + 1_000);
    } else if (!isSooner) {
      while (coming[0] !== undefined && coming[0] <= office.now()) {
        coming.shift();
        const account = String(10_000 + all.length);
        all.push({ proposal: await office.propose({ account }), arrivedAt: office.now() });
      }
      if (decision && decision.atMs <= office.now()) {
        await approve(office, decision.waiting.proposal);
        decision.waiting.decidedAt = office.now();
      }
      await office.settle();
    }
    await look(office, all);
  }
}

/** Whoever decides looks at what they saw first, and takes a while for each. */
function dueDecision(all: readonly Waiting[], most: number): { atMs: number; waiting: Waiting } | undefined {
  const made = all.flatMap(({ decidedAt }) => (decidedAt === undefined ? [] : [decidedAt]));
  if (made.length >= most) return undefined;
  const waiting = all
    .filter(({ seenAt, decidedAt }) => seenAt !== undefined && decidedAt === undefined)
    .toSorted((a, b) => (a.seenAt ?? 0) - (b.seenAt ?? 0) || a.proposal.number - b.proposal.number)[0];
  if (!waiting) return undefined;
  const atMs = Math.max(
    (waiting.seenAt ?? 0) + LOOKS_MS,
    all.length > 1 ? Math.max(0, ...made) + gapOf(all) : 0,
  );
  return { atMs, waiting };
}

/** People keep up: as many of them as it takes. */
function gapOf(all: readonly Waiting[]): number {
  const span = Math.max(...all.map(({ arrivedAt }) => arrivedAt)) - (all[0]?.arrivedAt ?? 0);
  return span > 0 ? Math.min(NEXT_MS, span / all.length) : NEXT_MS;
}

async function approve(office: SimulatedOffice, proposal: Proposal): Promise<void> {
  const lea = office.as('lea');
  const [message] = await office.messagesOf(proposal);
  const found = elementsOf(message?.blocks ?? []).find(({ element }) =>
    labelOf(element.value).startsWith(proposal.id),
  );
  if (!message || !found) throw new Error(`nobody can decide #${proposal.number}`);
  const { channel, ts } = message;
  const actionId = labelOf(found.element.action_id);
  await lea.act({
    ...{ act: 'use', as: 'lea', place: { kind: 'message', channel, ts }, blockId: found.blockId, actionId },
    chosen: { type: 'button' },
  });
  if (actionId !== 'details') return;
  const submitted = await lea.submitModal();
  if (!submitted.ok) throw new Error(`#${proposal.number} was not approved: ${JSON.stringify(submitted)}`);
  await lea.closeModal(true);
}

/** What can be seen by now, and what has no buttons any more. */
async function look(office: SimulatedOffice, all: readonly Waiting[]): Promise<void> {
  const numbers = new Set(
    office.slack.calls
      .filter(({ method, status }) => method === 'chat.postMessage' && status === 200)
      .flatMap(({ body }) => [...body.matchAll(/#(\d{4,})/g)].map((match) => Number(match[1]))),
  );
  for (const waiting of all) {
    if (waiting.seenAt === undefined && numbers.has(waiting.proposal.number)) waiting.seenAt = office.now();
    if (waiting.decidedAt === undefined || waiting.settledAt !== undefined) continue;
    if ((await office.messagesOf(waiting.proposal)).length === 0) waiting.settledAt = office.now();
  }
}

function resultOf({ slack }: SimulatedOffice, all: readonly Waiting[]): Delivered {
  const count = (method: string) =>
    slack.calls.filter((call) => call.method === method && call.status === 200).length;
  const seconds = (from: number, to: number | undefined) => ((to ?? Number.NaN) - from) / 1_000;
  const posts = count('chat.postMessage');
  const updates = count('chat.update');
  return {
    ...{ proposals: all.length, posts, updates },
    visible: all.map(({ arrivedAt, seenAt }) => seconds(arrivedAt, seenAt)),
    settled: all
      .filter(({ decidedAt }) => decidedAt !== undefined)
      .map(({ decidedAt = 0, settledAt }) => seconds(decidedAt, settledAt)),
    refused: slack.calls.filter(({ status }) => status === 429).length,
    callsPerProposal: (posts + updates) / all.length,
  };
}
