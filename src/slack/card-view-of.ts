import type { Context } from '../context.ts';
import { decodeEnvelope } from '../domain/envelope.ts';
import type { Proposal } from '../domain/proposal.ts';
import { offeredOf } from '../lifecycle/assess.ts';
import { tierOf } from '../lifecycle/judge.ts';
import { getEnvelope } from '../store/proposals.ts';
import type { CardView } from './cards/card-view.ts';

/** A proposal with what the version of the manifests says of it that judged it. */
export async function cardViewOf(context: Context, proposal: Proposal): Promise<CardView> {
  const offered = await offeredOf(context, proposal);
  const { organisation, agents } = context.manifests;
  const owner = agents[proposal.agent]?.owner;
  const tier = tierOf(offered, proposal.tierIndex);
  return { proposal, offered, tier, organisation, ...(owner ? { owner } : {}) };
}

/** The same with what will be sent, which the full details show. */
export async function fullCardViewOf(context: Context, proposal: Proposal): Promise<CardView> {
  const view = await cardViewOf(context, proposal);
  if (proposal.round === 0) return view;
  const envelope = decodeEnvelope(await getEnvelope(context.database, proposal.id, proposal.round));
  return { ...view, envelope };
}
