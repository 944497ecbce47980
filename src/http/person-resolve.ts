import { offeredOf } from '../lifecycle/assess.ts';
import { resolveUnknown } from '../lifecycle/resolve.ts';
import { findProposal } from '../store/proposals.ts';
import { type Answer, json } from './answer.ts';
import type { PersonCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { readSaid, resolveBody } from './person-body.ts';
import { problem } from './problem.ts';
import { proposalView } from './proposal-view.ts';

/** `POST /v1/cli/resolve`: ends in `resolveUnknown`. */
export async function postResolve({ context, publicUrl }: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(resolveBody, call);
  if (!said.ok) return said.refusal;
  const { number, happened } = said.value;
  const proposal = await findProposal(context.database, { number });
  if (!proposal) return problem('no-such-proposal', `There is no #${number}.`);
  const { system } = await offeredOf(context, proposal);
  const { person } = call;
  const groups = await call.groupsFor({ kind: 'resolve', system });
  const result = await resolveUnknown(context, { number, happened, person, groups });
  if (result.outcome === 'refused') return problem('refused', result.because);
  const manifests = await context.policyOf(result.proposal.policy);
  return json(200, {
    proposal: proposalView(result.proposal, manifests, { publicUrl, keyed: context.signingKey.keyed }),
  });
}
