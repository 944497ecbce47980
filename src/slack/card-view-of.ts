import type { Context } from '../context.ts';
import { decodeEnvelope, type Envelope, type RenderedRequest } from '../domain/envelope.ts';
import { hiddenFields, NOT_TOLD, toldProposal } from '../domain/personal-fields.ts';
import type { Proposal } from '../domain/proposal.ts';
import { offeredOf } from '../lifecycle/assess.ts';
import { tierOf } from '../lifecycle/judge.ts';
import { renderRequest } from '../lifecycle/record.ts';
import { getEnvelope } from '../store/envelopes.ts';
import type { CardView } from './cards/card-view.ts';

/** A proposal, as it may be told, with what the version of the manifests says of it that judged it. */
export async function cardViewOf(context: Context, whole: Proposal): Promise<CardView> {
  const offered = await offeredOf(context, whole);
  const proposal = toldProposal(offered.action, whole, context.signingKey.keyed);
  const { organisation, agents } = context.manifests;
  const owner = agents[proposal.agent]?.owner;
  const tier = tierOf(offered, proposal.tierIndex);
  return { proposal, offered, tier, organisation, ...(owner ? { owner } : {}) };
}

/** The same with what will be sent, which the full details show. */
export async function fullCardViewOf(context: Context, proposal: Proposal): Promise<CardView> {
  const view = await cardViewOf(context, proposal);
  if (proposal.round === 0 || proposal.erasedAt) return view;
  const envelope = decodeEnvelope(await getEnvelope(context.database, proposal.id, proposal.round));
  return { ...view, envelope: toldEnvelope(view, envelope) };
}

/** What will be sent, rendered anew from what may be told: so nothing else can be in it, however it was put together. */
function toldEnvelope({ offered: { action }, proposal }: CardView, envelope: Envelope): Envelope {
  if (hiddenFields(action).length === 0) return envelope;
  const { input, account, before } = proposal;
  const scope = { input, account, before, idempotency_key: envelope.execution };
  try {
    return { ...envelope, input, request: renderRequest(action.request, scope) };
  } catch {
    return { ...envelope, input, request: withoutContents(envelope.request) };
  }
}

/** Its expressions can't take what may be told; where it goes can be. */
function withoutContents(request: RenderedRequest): RenderedRequest {
  if ('method' in request) return { ...request, body: NOT_TOLD };
  if ('tool' in request) return { ...request, arguments: { [NOT_TOLD]: null } };
  if ('event' in request) return { ...request, data: { [NOT_TOLD]: null } };
  return { instructions: NOT_TOLD };
}
