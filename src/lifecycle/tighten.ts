import type { Context } from '../context.ts';
import { findAction } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { type Tightening, whyStricter } from '../domain/stricter.ts';
import { loggable } from '../logger.ts';
import { listJudgedOtherwise } from '../store/due-proposals.ts';
import { getProposal } from '../store/proposals.ts';
import { judgeNow, offeredOf, priorSum } from './assess.ts';
import { tierOf } from './judge.ts';

/** What the policy in force asks for that was not decided, or is not being asked; undefined: nothing. Reads, and changes nothing. */
export async function whyStricterNow(context: Context, proposal: Proposal): Promise<Tightening | undefined> {
  const { manifests } = context;
  if (proposal.policy === manifests.digest) return undefined;
  const offered = await offeredOf(context, proposal);
  const judged = { offered, tier: tierOf(offered, proposal.tierIndex) };
  const today = findAction(manifests, proposal.action);
  const prior = today ? await priorSum(context, today, proposal) : 0n;
  return whyStricter({ proposal, judged, now: manifests, prior });
}

/** What is said where people read why they are asked again. */
export function sayStricter({ because }: Tightening): string {
  return `the policy has become stricter: ${because}`;
}

const BATCH = 100;

/**
 * Asks again, by the manifests in force, what waits for people under looser ones, so that nobody approves what would only be asked
 * anew. Looks at each once, from the number after `seen` on; answers with the last that it saw. What it does not reach (its system is
 * away, say) is found out just before the write.
 */
export async function tightenPending(context: Context, seen: number): Promise<number> {
  let last = seen;
  for (;;) {
    const waiting = await listJudgedOtherwise(context.database, context.manifests.digest, last, BATCH);
    for (const { id, number } of waiting) {
      await tighten(context, id);
      last = number;
    }
    if (waiting.length < BATCH) return last;
  }
}

async function tighten(context: Context, id: string): Promise<void> {
  try {
    const proposal = await getProposal(context.database, id);
    const tightened = await whyStricterNow(context, proposal);
    if (tightened?.outcome === 'ask_again') await askByToday(context, proposal, sayStricter(tightened));
  } catch (error) {
    context.log.warn({ proposal: id, err: loggable(error) }, 'proposal.not_tightened');
  }
}

async function askByToday(context: Context, { id }: Proposal, because: string): Promise<void> {
  await judgeNow(
    context,
    id,
    'pending',
    (change, { round }) => ({
      ...change,
      unexpired: true,
      because,
      events: [{ type: 'approval.lapsed', actor: 'countersign', data: { round, because } }, ...change.events],
      outbox: [{ topic: 'card', ref: id }],
    }),
    context.manifests,
  );
}
