import type { Context } from '../context.ts';
import { decodeEnvelope } from '../domain/envelope.ts';
import type { Json } from '../domain/json.ts';
import { jwkOf } from '../domain/jws.ts';
import type { Proposal, ProposalState } from '../domain/proposal.ts';
import { signReceipt } from '../domain/receipt.ts';
import { listVerifyingKeys } from '../store/checkpoints.ts';
import { getEnvelope } from '../store/envelopes.ts';
import type { Attempt } from './attempt.ts';

/** Longer than a write takes: one that was begun in time is good to its end, and so is its repetition under the same key. */
const WRITE_MS = 300_000;

/** What one attempt shows to the system that it writes to. */
export function receiptOf({ context, proposal, envelope }: Attempt): string {
  const { readAt, executeBy } = proposal;
  const goodUntil = new Date(Math.max(executeBy?.getTime() ?? 0, readAt.getTime() + WRITE_MS));
  return signReceipt(proposal, envelope, goodUntil, context.signingKey);
}

const APPROVED: readonly ProposalState[] = [
  'approved',
  'executing',
  'awaiting_manual',
  'executed',
  'failed',
  'unknown',
  'rolled_back',
];

/** The receipt of a proposal that may be written, or was; undefined: nobody has approved it, or not for good, or what it was good for is erased. */
export async function findReceipt(context: Context, proposal: Proposal): Promise<string | undefined> {
  const { id, round, state, executeBy, erasedAt } = proposal;
  if (!APPROVED.includes(state) || !executeBy || erasedAt) return undefined;
  const envelope = decodeEnvelope(await getEnvelope(context.database, id, round));
  return signReceipt(proposal, envelope, executeBy, context.signingKey);
}

/** The public keys that receipts are verified with, the present one first. */
export async function receiptKeys(context: Context): Promise<Json[]> {
  const { raw } = context.signingKey;
  const known = await listVerifyingKeys(context.database);
  const older = known.filter((key) => !key.raw.equals(raw));
  return [{ raw }, ...older].map(jwkOf);
}
