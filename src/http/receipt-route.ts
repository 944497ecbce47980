import { findReceipt, receiptKeys } from '../lifecycle/receipt.ts';
import { type Answer, json } from './answer.ts';
import type { Call } from './call.ts';
import type { Desk } from './door-options.ts';
import { problem } from './problem.ts';
import { findNamed, noSuchProposal } from './proposal-routes.ts';
import { readQuery } from './query.ts';

/** `GET /v1/proposals/{id}/receipt` */
export async function getReceipt(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, []);
  if (!query.ok) return query.refusal;
  const own = await findNamed(desk, call);
  if (!own) return noSuchProposal;
  const receipt = await findReceipt(desk.context, own);
  if (receipt !== undefined) return json(200, { receipt });
  return problem('not-approved', `#${own.number} is ${own.state}: there is a receipt once it is approved.`, {
    state: own.state,
  });
}

/** `GET /.well-known/jwks.json` */
export async function getKeys(desk: Desk): Promise<Answer> {
  return json(200, { keys: await receiptKeys(desk.context) }, { 'cache-control': 'public, max-age=300' });
}
