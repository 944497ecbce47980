import { type ProposalRef, parseProposalRef } from '../domain/ids.ts';
import { isObject } from '../domain/json.ts';
import type { Agent } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { withdraw } from '../lifecycle/withdraw.ts';
import { findProposal, listProposals } from '../store/proposals.ts';
import { type Answer, json } from './answer.ts';
import { headerOf } from './authenticate.ts';
import type { Call } from './call.ts';
import type { Desk } from './door-options.ts';
import { holdUntil } from './hold.ts';
import { problem } from './problem.ts';
import { proposalView } from './proposal-view.ts';
import { HOLD_NAMES, LIST_NAMES, readHold, readListing, readQuery } from './query.ts';
import { readStrictJson } from './strict-json.ts';

/** An agent sees its own only: somebody else's is not there. */
export function readOwn({ context }: Desk, agent: Agent, ref: ProposalRef): Promise<Proposal | undefined> {
  return findProposal(context.database, { ...ref, agent: agent.id });
}

export async function answerWith(
  { context, publicUrl }: Desk,
  proposal: Proposal,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const view = proposalView(proposal, await context.policyOf(proposal.policy), {
    publicUrl,
    keyed: context.signingKey.keyed,
  });
  return json(status, view, { ...headers, etag: etagOf(proposal) });
}

/** `GET /v1/proposals/{id}` */
export async function getProposal(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, HOLD_NAMES);
  if (!query.ok) return query.refusal;
  const hold = readHold(query.value, 'decided');
  if (!hold.ok) return hold.refusal;
  const first = await findNamed(desk, call);
  if (!first) return noSuchProposal;
  const { id } = first;
  const read = () => readOwn(desk, call.agent, { id });
  const proposal = await holdUntil(read, id, hold.value, desk.wakes, call.gone);
  if (!proposal) return noSuchProposal;
  const etag = etagOf(proposal);
  if (matches(headerOf(call.headers, 'if-none-match'), etag))
    return { status: 304, headers: { etag }, body: undefined };
  return answerWith(desk, proposal, 200);
}

/** `GET /v1/proposals`: the newest first. */
export async function getProposals(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, LIST_NAMES);
  if (!query.ok) return query.refusal;
  const listing = readListing(query.value);
  if (!listing.ok) return listing.refusal;
  const { states, account, since, before, limit } = listing.value;
  const { context, publicUrl } = desk;
  const found = await listProposals(context.database, {
    ...{ agent: call.agent.id, states, account, since },
    newest: { before, limit: limit + 1 },
  });
  const page = found.slice(0, limit);
  const views = await Promise.all(
    page.map(async (each) =>
      proposalView(each, await context.policyOf(each.policy), { publicUrl, keyed: context.signingKey.keyed }),
    ),
  );
  const next = found.length > limit ? String(page.at(-1)?.number) : null;
  return json(200, { proposals: views, next_cursor: next });
}

/** `POST /v1/proposals/{id}/withdraw`: ends in `withdraw`. */
export async function postWithdraw(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, []);
  if (!query.ok) return query.refusal;
  const own = await findNamed(desk, call);
  if (!own) return noSuchProposal;
  if (call.signedId !== undefined && !bodyNames(call, own))
    return problem(
      'bad-request',
      'A signature does not cover the address, so the body has to name the proposal: {"proposal": "prop_…"}.',
    );
  const { outcome, proposal } = await withdraw(desk.context, own.id);
  if (outcome === 'withdrawn') return answerWith(desk, proposal, 200);
  return problem('too-late', `#${proposal.number} is ${proposal.state}: it can't be taken back any more.`, {
    state: proposal.state,
  });
}

function bodyNames({ body }: Call, own: Proposal): boolean {
  const read = readStrictJson(body);
  if (!read.ok || !isObject(read.value)) return false;
  const { proposal } = read.value;
  const ref = typeof proposal === 'string' ? parseProposalRef(proposal) : undefined;
  if (!ref) return false;
  return 'id' in ref ? ref.id === own.id : ref.number === own.number;
}

export async function findNamed(desk: Desk, { agent, params }: Call): Promise<Proposal | undefined> {
  const ref = parseProposalRef(params.id ?? '');
  return ref && readOwn(desk, agent, ref);
}

export const noSuchProposal = problem(
  'no-such-proposal',
  'You have no proposal of this id or number. GET /v1/proposals lists yours.',
);

function etagOf({ version }: Proposal): string {
  return `"${version}"`;
}

function matches(ifNoneMatch: string, etag: string): boolean {
  const given = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return given.includes(etag) || given.includes('*');
}
