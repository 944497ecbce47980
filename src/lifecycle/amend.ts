import type { Context } from '../context.ts';
import { changedFields, onlyLowers } from '../domain/amendment.ts';
import { authorize } from '../domain/authorize.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Agent, findAction, type OfferedAction } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Other, Proposal } from '../domain/proposal.ts';
import type { Change, NewProposal } from '../store/changes.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { personalIn, tierOf } from './judge.ts';
import { type Consideration, consider, newProposal, type Post, receivedEvent } from './propose.ts';

export interface Amending {
  readonly proposalId: string;
  readonly digest: string;
  /** The fields that are to be others. */
  readonly changes: JsonObject;
  readonly person: Person;
  readonly groups: Groups;
}

export type AmendResult =
  /** `lowers`: it does nothing but lower the impact, so that whoever changed it may approve it. */
  | { readonly outcome: 'amended'; readonly other: Other; readonly lowers: boolean }
  | { readonly outcome: 'refused'; readonly because: string };

const TRIES = 8;

/**
 * Changes what the action lets people change: another proposal takes the place of this one, with its own digest, and is judged anew
 * by the manifests in force. Committed, both at once, when it resolves to `amended`.
 */
export async function amend(context: Context, amending: Amending): Promise<AmendResult> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, amending.proposalId);
    const because = await refusalOf(context, amending, proposal);
    if (because !== undefined) return refuse(because);
    const drafted = draftOf(context, amending, proposal);
    if ('because' in drafted) return refuse(drafted.because);
    const { draft, lowers } = drafted;
    const { outcome, scope } = await context.changes.receive(draft);
    if (outcome === 'received') {
      const { id, number } = await getProposal(context.database, draft.id);
      return { outcome: 'amended', other: { id, number }, lowers };
    }
    if (outcome === 'disabled')
      return refuse(`${scope} is switched off: nothing new is taken until it is on again.`);
  }
  return refuse('Somebody else was at it at the same moment. Nothing was changed: please look again.');
}

async function refusalOf(
  context: Context,
  { person, groups, digest }: Amending,
  proposal: Proposal,
): Promise<string | undefined> {
  const offered = await offeredOf(context, proposal);
  const tier = tierOf(offered, proposal.tierIndex);
  const permission = authorize(
    { kind: 'decide', proposal, offered, tier, digest },
    person,
    context.manifests,
    groups,
  );
  return permission.allowed ? undefined : permission.because;
}

type Drafted = { readonly draft: NewProposal; readonly lowers: boolean } | { readonly because: string };

function draftOf({ manifests }: Context, { changes, person }: Amending, proposal: Proposal): Drafted {
  const input = { ...proposal.input, ...changes };
  const agent = manifests.agents[proposal.agent];
  const offered = findAction(manifests, proposal.action);
  if (!agent || !offered)
    return { because: `${proposal.action} of ${proposal.agent} is not offered any more.` };
  const changed = changedFields(proposal.input, input);
  if (changed.length === 0) return { because: 'Nothing is different from what is proposed.' };
  const fixed = changed.filter((name) => !offered.action.editable.includes(name));
  if (fixed.length > 0)
    return { because: `${fixed.join(', ')} can't be changed here: have the agent propose it anew.` };
  const post = postOf(proposal, input);
  const considered = consider(manifests, agent, post);
  if (considered.outcome === 'invalid_input')
    return { because: considered.problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ') };
  if (considered.outcome !== 'considered')
    return { because: `${agent.id} may not propose ${proposal.action} any more.` };
  const lowers = onlyLowers(offered.action, changed, proposal.impact, considered.evaluation.impact);
  const fresh = newProposal(manifests, agent, post, considered);
  const requesters = [
    ...new Set([...proposal.requesters, ...fresh.requesters, ...(lowers ? [] : person.identities)]),
  ];
  return {
    lowers,
    draft: {
      ...fresh,
      requesters,
      maxPending: undefined,
      events: [amendedEvent(agent, post, considered, proposal, person)],
      supersedes: superseding(offered, proposal, input, changed, person, fresh.id),
    },
  };
}

function postOf(proposal: Proposal, input: JsonObject): Post {
  const { action, reason, evidence, onBehalfOf, metadata, claimedImpact } = proposal;
  return {
    action,
    input,
    reason,
    evidence,
    onBehalfOf,
    metadata,
    claimedImpact,
    idempotencyKey: null,
    traceparent: null,
  };
}

function amendedEvent(
  agent: Agent,
  post: Post,
  considered: Consideration,
  from: Proposal,
  person: Person,
): NewProposal['events'][number] {
  const event = receivedEvent(agent, post, considered);
  const by = { id: person.userId, name: person.name };
  return { ...event, data: { ...event.data, changed_from: from.number, changed_by: by } };
}

function superseding(
  offered: OfferedAction,
  { id, version, input: before }: Proposal,
  input: JsonObject,
  changed: readonly string[],
  person: Person,
  supersededBy: string,
): Change {
  const changes = Object.fromEntries(
    changed.map((name) => [name, { from: before[name] ?? null, to: input[name] ?? null }]),
  );
  const by = { id: person.userId, name: person.name };
  return {
    id,
    version,
    set: { state: 'superseded', supersededBy, review: null },
    unexpired: true,
    events: [
      {
        type: 'proposal.superseded',
        actor: person.principal,
        ...personalIn(offered),
        data: { by, changes, superseded_by: supersededBy },
      },
    ],
    outbox: [{ topic: 'card', ref: id }],
  };
}

function refuse(because: string): AmendResult {
  return { outcome: 'refused', because };
}
