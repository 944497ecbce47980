import { publicId } from '../domain/ids.ts';
import type { Manifests } from '../domain/manifest.ts';
import {
  type Accepted,
  consider,
  type Post,
  type ProposeResult,
  propose,
  type Refusal,
} from '../lifecycle/propose.ts';
import { loggable } from '../logger.ts';
import { takeTokens } from '../store/rates.ts';
import { considerationView } from './action-view.ts';
import { type Answer, json } from './answer.ts';
import type { Call } from './call.ts';
import type { Desk } from './door-options.ts';
import { holdUntil, isEnough } from './hold.ts';
import { readPost } from './post.ts';
import { problem, retryAfter } from './problem.ts';
import { answerWith, readOwn } from './proposal-routes.ts';
import { pathOf } from './proposal-view.ts';
import { HOLD_NAMES, type Hold, readHold, readQuery } from './query.ts';
import { invalidInput } from './validate.ts';

/** `POST /v1/proposals`: ends in `propose`, or in `consider` for a dry run. */
export async function postProposal(desk: Desk, call: Call): Promise<Answer> {
  const query = readQuery(call.query, ['dry_run', ...HOLD_NAMES]);
  if (!query.ok) return query.refusal;
  const hold = readHold(query.value, 'judged');
  if (!hold.ok) return hold.refusal;
  const dryRun = readDryRun(query.value.get('dry_run'), call);
  if (typeof dryRun !== 'boolean') return dryRun;
  const post = readPost(call);
  if (!post.ok) return post.refusal;
  const slow = await overRate(desk, call);
  if (slow) return slow;
  if (dryRun) return dryRunAnswer(desk.context.manifests, call, post.value);
  const result = await propose(desk.context, call.agent, post.value);
  switch (result.outcome) {
    case 'received':
      return accepted(desk, call, result, 202, hold.value);
    case 'known':
      return accepted(desk, call, result, 200, hold.value);
    default:
      return refusalOf(result, call, desk.context.manifests);
  }
}

function readDryRun(text: string | undefined, call: Call): boolean | Answer {
  if (text !== undefined && text !== 'true' && text !== 'false')
    return problem('bad-request', 'dry_run is true or false.');
  if (text === 'true' && call.signedId !== undefined)
    return problem(
      'bad-request',
      'A signature does not cover the address, so a dry run could be replayed as a proposal: send the key as a bearer.',
    );
  return text === 'true';
}

async function overRate({ context }: Desk, { agent }: Call): Promise<Answer | undefined> {
  if (!agent.rate) return undefined;
  const { limit, perMs } = agent.rate;
  const waitMs = await takeTokens(context.database, `agent:${agent.id}`, limit, perMs);
  if (waitMs === 0) return undefined;
  const detail = `${agent.id} may propose ${limit} times in ${perMs / 1_000} seconds. Nothing was accepted.`;
  return problem('too-many', detail, {}, retryAfter(waitMs));
}

function dryRunAnswer(manifests: Manifests, call: Call, post: Post): Answer {
  const considered = consider(manifests, call.agent, post);
  if (considered.outcome !== 'considered') return refusalOf(considered, call, manifests);
  const { offered, evaluation, summary } = considered;
  return json(200, considerationView(offered, evaluation, summary, post, manifests.organisation.currency));
}

/** From here on it is durable: whatever goes wrong, the answer never says that nothing was accepted. */
async function accepted(
  desk: Desk,
  call: Call,
  { id, proposal: received }: Accepted,
  status: number,
  hold: Hold,
): Promise<Answer> {
  const headers = { location: pathOf(id) };
  try {
    if (received && isEnough(received, hold)) return await answerWith(desk, received, status, headers);
    const read = () => readOwn(desk, call.agent, { id });
    const proposal = await holdUntil(read, id, hold, desk.wakes, call.gone);
    if (proposal) return await answerWith(desk, proposal, status, headers);
  } catch (error) {
    desk.context.log.warn({ proposal: id, err: loggable(error) }, 'http.accepted_unread');
  }
  const next = `It is accepted and durable, but can't be read at this moment: ask for ${pathOf(id)}.`;
  return json(status, { id: publicId(id), state: 'received', settled: false, next }, headers);
}

type Refused = Refusal | Exclude<ProposeResult, { outcome: 'received' | 'known' }>;

const FULL_PATIENCE_MS = 30_000;

function refusalOf(refused: Refused, { agent }: Call, manifests: Manifests): Answer {
  switch (refused.outcome) {
    case 'no_such_action': {
      const meant = refused.nearest ? `Did you mean ${refused.nearest}? ` : '';
      return problem('no-such-action', `${meant}GET /v1/actions lists what you may propose.`, {
        nearest: refused.nearest ?? null,
      });
    }
    case 'not_allowed': {
      const may = refused.may.length > 0 ? refused.may.join(', ') : 'nothing';
      return problem('not-allowed', `${agent.id} may propose ${may}.`, { may: [...refused.may] });
    }
    case 'invalid_input':
      return invalidInput(refused.problems);
    case 'conflict':
      return problem(
        'key-reused',
        'Another body came under this key before. Take another key for another proposal.',
      );
    case 'disabled':
      return problem(
        'disabled',
        `${switchWords(refused.scope, manifests)} Nothing was accepted; try again later.`,
        {
          scope: refused.scope,
        },
      );
    case 'full': {
      const detail = `${refused.maxPending} proposals of ${agent.id} wait for a decision, and no more may. Nothing was accepted.`;
      return problem('too-many-pending', detail, {}, retryAfter(FULL_PATIENCE_MS));
    }
    default:
      return refused satisfies never;
  }
}

function switchWords(scope: string, manifests: Manifests): string {
  if (scope === 'all') return 'Everything is disabled.';
  if (manifests.agents[scope]) return `The agent ${scope} is disabled.`;
  return manifests.systems[scope] ? `The system ${scope} is disabled.` : `The workflow ${scope} is disabled.`;
}
