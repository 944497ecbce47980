import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import { uuidv7 } from 'uuidv7';
import type { Context } from '../context.ts';
import { type Evaluation, evaluateProposal, FRESH } from '../domain/impact.ts';
import { type InputProblem, inputProblems } from '../domain/input-schema.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Agent, findAction, type Manifests, type OfferedAction } from '../domain/manifest.ts';
import { amountOf } from '../domain/money.ts';
import { nearest } from '../domain/nearest.ts';
import { emailIdentity } from '../domain/person.ts';
import { toldEvidence, toldMetadata, toldText } from '../domain/personal-fields.ts';
import type { Evidence, Proposal } from '../domain/proposal.ts';
import { renderText } from '../domain/template.ts';
import { patienceOf } from '../errors.ts';
import type { NewProposal, ReceiveOutcome } from '../store/changes.ts';
import { asReceived } from './as-received.ts';
import { type Judging, judge, personalIn } from './judge.ts';
import { looksOf } from './record.ts';

/** What an agent posts. */
export interface Post {
  readonly action: string;
  readonly input: JsonObject;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly onBehalfOf: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly claimedImpact: string | null;
  readonly idempotencyKey: string | null;
  readonly traceparent: string | null;
}

export type Refusal =
  | { readonly outcome: 'no_such_action'; readonly nearest: string | undefined }
  | { readonly outcome: 'not_allowed'; readonly may: readonly string[] }
  | { readonly outcome: 'invalid_input'; readonly problems: readonly InputProblem[] };

export type ProposeResult =
  | Refusal
  | Accepted
  | { readonly outcome: 'conflict' }
  | { readonly outcome: 'disabled'; readonly scope: string }
  | { readonly outcome: 'full'; readonly maxPending: number };

export interface Accepted {
  readonly outcome: 'received' | 'known';
  readonly id: string;
  /** As its commit left it, where that is known without reading it. */
  readonly proposal: Proposal | undefined;
}

export interface Consideration {
  readonly outcome: 'considered';
  readonly offered: OfferedAction;
  readonly evaluation: Evaluation;
  readonly summary: string;
}

/** The pure part: what would be proposed, for how much, and who would decide. Stores nothing. */
export function consider(manifests: Manifests, agent: Agent, post: Post): Refusal | Consideration {
  const offered = findAction(manifests, post.action);
  if (!offered) {
    const known = Object.values(manifests.workflows).flatMap((workflow) => workflow.actions);
    return { outcome: 'no_such_action', nearest: nearest(post.action, known) };
  }
  if (!agent.may.includes(post.action)) return { outcome: 'not_allowed', may: agent.may };
  if (agent.needsBehalf && !post.onBehalfOf) {
    const detail = `${agent.id} has to say for whom it asks, by e-mail`;
    return { outcome: 'invalid_input', problems: [{ pointer: '/on_behalf_of', detail }] };
  }
  const problems = inputProblems(offered.action.input, post.input);
  if (problems.length > 0) return { outcome: 'invalid_input', problems };
  try {
    const evaluation = evaluateProposal(offered, post.input, manifests.organisation);
    const summary = renderText(offered.action.summary, { input: post.input, account: evaluation.account });
    return { outcome: 'considered', offered, evaluation, summary };
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'can not be evaluated';
    return { outcome: 'invalid_input', problems: [{ pointer: '/input', detail }] };
  }
}

/**
 * Accepts a proposal: when it resolves to `received`, it is durable, with its audit event and what will judge it. An action that
 * reads nothing is judged in the same commit.
 */
export async function propose(context: Context, agent: Agent, post: Post): Promise<ProposeResult> {
  const { manifests } = context;
  const considered = consider(manifests, agent, post);
  if (considered.outcome !== 'considered') return considered;
  const proposal = newProposal(manifests, agent, post, considered);
  const result = await receive(context, proposal);
  switch (result.outcome) {
    case 'received':
    case 'known':
      return {
        outcome: result.outcome,
        id: result.id ?? proposal.id,
        proposal: result.given ? asReceived(proposal, result.given) : undefined,
      };
    case 'conflict':
      return { outcome: 'conflict' };
    case 'disabled':
      return { outcome: 'disabled', scope: result.scope ?? 'all' };
    case 'full':
      return { outcome: 'full', maxPending: agent.maxPending ?? 0 };
    case 'stale':
      throw new Error('a proposal that supersedes none was refused for one');
  }
}

const TRIES = 3;
const PAUSE_MS = 300;

/** A commit whose answer was lost is asked for again under the same id, so that `not accepted` is not said of what was. */
async function receive(context: Context, proposal: NewProposal): Promise<ReceiveOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await context.changes.receive(proposal);
    } catch (error) {
      if (!patienceOf(error).retry || attempt === TRIES) throw error;
      await wait(PAUSE_MS * attempt);
    }
  }
}

/** With the change that judges it, or the outbox row that will. */
export function newProposal(
  manifests: Manifests,
  agent: Agent,
  post: Post,
  considered: Consideration,
): NewProposal {
  const { offered, evaluation, summary } = considered;
  const id = uuidv7();
  const draft = {
    id,
    agent: agent.id,
    action: offered.name,
    system: offered.system.id,
    workflow: offered.workflow.id,
    account: evaluation.account,
    summary,
    input: post.input,
    reason: post.reason,
    evidence: post.evidence,
    metadata: post.metadata,
    onBehalfOf: post.onBehalfOf,
    claimedImpact: post.claimedImpact,
    impact: evaluation.impact,
    tierIndex: evaluation.tierIndex,
    decide: evaluation.tier.decide,
    why: evaluation.why,
    policy: manifests.digest,
    reversible: offered.action.undo !== undefined,
    requesters: requestersOf(agent, post),
  };
  return {
    ...draft,
    idempotencyKey: post.idempotencyKey,
    currency: manifests.organisation.currency,
    traceparent: post.traceparent,
    body: bodyOf(post),
    callback: agent.callback !== undefined,
    expiresMs: evaluation.tier.expiresMs,
    maxPending: agent.maxPending,
    events: [receivedEvent(agent, post, considered)],
    ...judgement(manifests, considered, draft),
  };
}

/** Judged at once where nothing has to be read, not even the time, through the outbox else. */
function judgement(
  manifests: Manifests,
  { offered, evaluation }: Consideration,
  draft: Judging['proposal'],
): Pick<NewProposal, 'judged' | 'outbox'> {
  const { cumulative, tiers } = offered.workflow;
  if (looksOf(offered.action) > 0 || cumulative || tiers.some(({ clock }) => clock === 'business'))
    return { judged: undefined, outbox: [{ topic: 'assess', ref: draft.id }] };
  const { organisation } = manifests;
  const judged = judge({
    offered,
    organisation,
    proposal: draft,
    version: 1,
    round: 0,
    before: null,
    pin: undefined,
    standing: FRESH,
    evaluation,
    now: undefined,
  });
  return { judged, outbox: [] };
}

/** The agent, its owner and on whose behalf it acts: none of them may decide. */
function requestersOf(agent: Agent, post: Post): string[] {
  const owner =
    agent.owner.kind === 'email'
      ? emailIdentity(agent.owner.email)
      : `id:${agent.owner.kind === 'id' ? agent.owner.id : agent.owner.handle}`;
  const behalf = post.onBehalfOf ? [emailIdentity(post.onBehalfOf)] : [];
  return [...new Set([`agent:${agent.id}`, owner, ...behalf])];
}

/** Two posts under one key are the same if this is; the key itself is no part of it. A digest, since all it says is kept already. */
function bodyOf(post: Post): Uint8Array {
  const { idempotencyKey: _, traceparent: __, ...said } = post;
  return hash('sha256', canonicalize(said) ?? '', 'buffer');
}

export function receivedEvent(
  agent: Agent,
  post: Post,
  { offered, evaluation, summary }: Consideration,
): NewProposal['events'][number] {
  const say = (text: string) => toldText(offered.action, text, post);
  const { evidence, metadata } = post;
  const said = {
    ...(evidence.length > 0
      ? { evidence: toldEvidence(evidence, say).map(({ title, url }) => ({ title, url })) }
      : {}),
    ...(Object.keys(metadata).length > 0 ? { metadata: toldMetadata(metadata, say) } : {}),
  };
  return {
    type: 'proposal.received',
    actor: `agent:${agent.id}`,
    ...personalIn(offered, ['reason', ...Object.keys(said)]),
    data: {
      summary,
      action: post.action,
      input: post.input,
      reason: say(post.reason),
      ...said,
      on_behalf_of: post.onBehalfOf,
      claimed_impact: post.claimedImpact,
      impact: evaluation.impact && {
        amount: amountOf(evaluation.impact),
        currency: evaluation.impact.currency,
      },
      tier: evaluation.why,
    },
  };
}
