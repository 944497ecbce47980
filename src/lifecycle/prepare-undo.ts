import type { Context } from '../context.ts';
import { decodeEnvelope, digestOf } from '../domain/envelope.ts';
import { canonicalText, type Json } from '../domain/json.ts';
import { getCompensation } from '../store/compensations.ts';
import { getEnvelope } from '../store/envelopes.ts';
import type { Claim } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { renderUndo } from './look-for-undo.ts';
import type { UndoAttempt } from './undo-attempt.ts';

/** Reads what an undoing is about. Throws where what would be sent is not what was confirmed. */
export async function prepareUndo(context: Context, claim: Claim): Promise<UndoAttempt> {
  const proposal = await getProposal(context.database, claim.proposalId);
  const compensation = await getCompensation(context.database, claim.id);
  const { execution } = proposal;
  if (execution?.id !== compensation.compensates) throw new Error('the undoing is not of the present round');
  const offered = await offeredOf(context, proposal);
  const { undo } = offered.action;
  if (!undo) throw new Error(`${offered.name} has no undo`);
  const bytes = await getEnvelope(context.database, proposal.id, execution.round);
  if (digestOf(bytes) !== proposal.digest) throw new Error('the envelope is not what was approved');
  const { request } = compensation;
  const rendered = renderUndo(undo, { proposal, execution });
  if (!isSame(request, 'tool' in request && request.pin ? { ...rendered, pin: request.pin } : rendered))
    throw new Error('what would undo it is not what was confirmed');
  const envelope = { ...decodeEnvelope(bytes), execution: claim.id, request };
  const connector = context.connectorOf(offered.system);
  const { version } = proposal;
  return { context, claim, proposal, version, execution, offered, envelope, connector, undo, compensation };
}

function isSame(one: object, other: object): boolean {
  const text = (value: object) => canonicalText(JSON.parse(JSON.stringify(value)) as Json);
  return text(one) === text(other);
}
