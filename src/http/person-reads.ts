import { describeEvent } from '../domain/audit-line.ts';
import { type Act, authorize } from '../domain/authorize.ts';
import { parseProposalRef } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { amountOf } from '../domain/money.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Switched } from '../domain/switches.ts';
import { lookerOf, lookUpProposal } from '../lifecycle/look-up.ts';
import { readDurability } from '../store/durability.ts';
import { readOutboxState } from '../store/outbox.ts';
import { readSwitches } from '../store/switches.ts';
import { readWaiting } from '../store/waiting.ts';
import { type Answer, json } from './answer.ts';
import type { PersonCall } from './call.ts';
import type { Desk } from './door-options.ts';
import { nothingBody, readSaid, showBody } from './person-body.ts';
import { problem } from './problem.ts';
import { proposalView } from './proposal-view.ts';

/** `POST /v1/cli/status`: reads. */
export async function postStatus(desk: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(nothingBody, call);
  if (!said.ok) return said.refusal;
  const refused = await refusalFor(desk, call, { kind: 'status' });
  if (refused) return refused;
  const { database } = desk.context;
  const [switches, outbox, pending, durability] = await Promise.all([
    readSwitches(database),
    readOutboxState(database),
    readWaiting(database, 0),
    readDurability(database),
  ]);
  return json(200, {
    durability,
    off: switchesView(switches.off),
    asked: switchesView(switches.asked),
    pending: pending.count,
    writes_waiting: outbox.writesWaiting,
    writes_under_way: outbox.writesUnderWay,
    outbox_waiting: outbox.waiting,
    given_up: outbox.parked.map(({ topic, ref, error }) => ({ topic, ref, error })),
  });
}

function switchesView(switches: Readonly<Record<string, Switched>>): JsonObject[] {
  return Object.entries(switches).map(([scope, { by, at, reason }]) => {
    return { scope, by: { id: by.id, name: by.name }, at: at.toISOString(), reason };
  });
}

/** Rows of one answer; how many there are in all stands beside them. */
const MOST_PENDING = 1_000;

/** `POST /v1/cli/pending`: reads; the most urgent first. */
export async function postPending(desk: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(nothingBody, call);
  if (!said.ok) return said.refusal;
  const refused = await refusalFor(desk, call, { kind: 'status' });
  if (refused) return refused;
  const { count, first } = await readWaiting(desk.context.database, MOST_PENDING);
  return json(200, { count, proposals: first.map(rowOf) });
}

/** What a member sees without reading the audit. */
function rowOf(proposal: Proposal): JsonObject {
  const { number, state, agent, action, account, summary, impact, dueAt, expiresAt } = proposal;
  return {
    ...{ number, state, agent, action, account, summary },
    impact: impact && { amount: amountOf(impact), currency: impact.currency },
    due_at: dueAt?.toISOString() ?? null,
    expires_at: expiresAt?.toISOString() ?? null,
  };
}

/** `POST /v1/cli/show`: ends in `lookUpProposal`: that somebody looked is on record. */
export async function postShow(desk: Desk, call: PersonCall): Promise<Answer> {
  const said = readSaid(showBody, call);
  if (!said.ok) return said.refusal;
  const refused = await refusalFor(desk, call, { kind: 'audit' });
  if (refused) return refused;
  const named = said.value.proposal;
  const ref = parseProposalRef(named);
  const found = ref && (await lookUpProposal(desk.context.database, ref, lookerOf(call.person)));
  if (!found) return problem('no-such-proposal', `There is no proposal ${named.slice(0, 60)}.`);
  const history = found.events.map(describeEvent).map(({ at, line, detail }) => {
    return { at: at.toISOString(), line, detail };
  });
  return json(200, { proposal: await viewOf(desk, found.proposal), history });
}

async function refusalFor(desk: Desk, call: PersonCall, act: Act): Promise<Answer | undefined> {
  const permission = authorize(act, call.person, desk.context.manifests, await call.groupsFor(act));
  return permission.allowed ? undefined : problem('refused', permission.because);
}

async function viewOf({ context, publicUrl }: Desk, proposal: Proposal): Promise<JsonObject> {
  return proposalView(proposal, await context.policyOf(proposal.policy), {
    publicUrl,
    keyed: context.signingKey.keyed,
  });
}
