import type { Context } from '../context.ts';
import { decodeEnvelope, digestOf } from '../domain/envelope.ts';
import { getEnvelope } from '../store/envelopes.ts';
import type { Claim } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import { askAgain } from './ask-again.ts';
import { offeredOf } from './assess.ts';
import type { Attempt } from './attempt.ts';
import { finishBlocked } from './finish.ts';
import { hasChanged, type Look, lookAtRecord, objection, whyIncomparable } from './record.ts';
import { sayStricter, whyStricterNow } from './tighten.ts';

/** Reads what a claim is about. Throws where the bytes are not those that were approved. */
export async function prepare(context: Context, claim: Claim): Promise<Attempt> {
  const proposal = await getProposal(context.database, claim.proposalId);
  const { execution } = proposal;
  if (execution?.id !== claim.id) throw new Error('the claim is not of the present round');
  const bytes = await getEnvelope(context.database, proposal.id, execution.round);
  if (digestOf(bytes) !== proposal.digest) throw new Error('the envelope is not what was approved');
  const offered = await offeredOf(context, proposal);
  const connector = context.connectorOf(offered.system);
  const envelope = decodeEnvelope(bytes);
  return { context, claim, proposal, version: proposal.version, execution, offered, envelope, connector };
}

export type Seen = Extract<Look, { outcome: 'seen' }>;

/**
 * Looks once more just before the write, since what was true when it was approved may not be true now. Undefined: it is not to be
 * written, and what follows from that is done.
 */
export async function lookAgain(attempt: Attempt): Promise<Seen | undefined> {
  const { context, offered, proposal } = attempt;
  if (await isTightened(attempt)) return undefined;
  const look = await lookAtRecord(context, offered, proposal);
  if (look.outcome === 'blocked') {
    await finishBlocked(attempt, look.because);
    return undefined;
  }
  const { input, account } = proposal;
  const scope = { input, account, before: look.record };
  const because = objection(offered.action, scope) ?? whyIncomparable(offered.action, scope);
  if (because !== undefined) {
    await finishBlocked(attempt, because);
    return undefined;
  }
  const changed = whatChanged(attempt, look);
  if (changed === undefined) return look;
  await askAgain(attempt, changed);
  return undefined;
}

/** The policy may have become stricter since: then it is asked again by it, or blocked where it takes no such thing. */
async function isTightened(attempt: Attempt): Promise<boolean> {
  const tightened = await whyStricterNow(attempt.context, attempt.proposal);
  if (!tightened) return false;
  await askAgain(attempt, sayStricter(tightened));
  return true;
}

/** What is not any more as it was shown when it was approved; undefined: nothing. */
function whatChanged({ offered, proposal, envelope }: Attempt, look: Seen): string | undefined {
  const { request } = envelope;
  if (
    'tool' in request &&
    (request.pin?.server !== look.pin?.server || request.pin?.schema !== look.pin?.schema)
  )
    return `${offered.system.title} has changed its tool ${request.tool} since it was approved`;
  const { input, account, before } = proposal;
  return hasChanged(offered.action, { input, account, before }, { input, account, before: look.record })
    ? 'the record has changed since it was approved'
    : undefined;
}
