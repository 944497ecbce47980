import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import { nearest } from '../domain/nearest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import {
  digestOfPlan,
  type PlannedItem,
  type Rollback,
  type RollbackPlan,
  type RollbackScope,
} from '../domain/rollback.ts';
import { actorOf, type SwitchedBy } from '../domain/switches.ts';
import { readClock } from '../store/clock.ts';
import { listByIds } from '../store/proposals.ts';
import { findRollback, keepPlan, listWritten, PLAN_LIMIT } from '../store/rollbacks.ts';
import { classify, type Judged } from './classify-undo.ts';
import { SystemAway } from './pace.ts';

export interface RollbackAsk {
  /** `kind` as far as the words say; a name may be an agent's, a system's or a workflow's. */
  readonly scope: RollbackScope | { readonly kind: 'named'; readonly subject: string };
  /** Null: whenever it was; only of an account or one proposal. */
  readonly since: Date | null;
  readonly person: Person;
  readonly groups: Groups;
}

export type PlanResult =
  | { readonly outcome: 'planned'; readonly rollback: Rollback }
  | { readonly outcome: 'refused'; readonly because: string };

const no = (because: string): PlanResult => ({ outcome: 'refused', because });

/**
 * Looks at everything that was written in that time and keeps a plan of what could be undone and what could not, and why; nothing is
 * undone. Committed when it resolves to `planned`: to be confirmed by a second operator.
 */
export async function planRollback(context: Context, asked: RollbackAsk): Promise<PlanResult> {
  const { person, groups, since } = asked;
  const permission = authorize({ kind: 'rollback' }, person, context.manifests, groups);
  if (!permission.allowed) return no(permission.because);
  const scope = scopeOf(context, asked.scope);
  if ('unknown' in scope) return no(scope.unknown);
  const by = actorOf(person);
  return makePlan(context, { id: uuidv7(), scope, since, by });
}

export interface Planning {
  readonly id: string;
  readonly scope: RollbackScope;
  readonly since: Date | null;
  readonly by: SwitchedBy;
}

/** The plan itself, whoever was allowed to ask for it; a second one of the same id is an error. */
export async function makePlan(context: Context, { id, scope, since, by }: Planning): Promise<PlanResult> {
  const ids = await listWritten(context.database, scope, since);
  if (ids.length === 0) return no('Nothing was written in that time that could be undone.');
  if (ids.length > PLAN_LIMIT)
    return no(
      `More than ${PLAN_LIMIT} writes are too many for one plan: ask for a shorter time or for less.`,
    );
  const items = await itemsOf(context, ids);
  const plan: RollbackPlan = { id, scope, since, switch: switchOf(scope), items };
  await keepPlan(context.database, plan, digestOfPlan(plan), by);
  const rollback = await findRollback(context.database, plan.id);
  if (!rollback) throw new Error(`the plan ${plan.id} was not kept`);
  return { outcome: 'planned', rollback };
}

function scopeOf(
  { manifests }: Context,
  asked: RollbackAsk['scope'],
): RollbackScope | { readonly unknown: string } {
  if (asked.kind !== 'named') return asked;
  const { subject } = asked;
  if (Object.hasOwn(manifests.agents, subject)) return { kind: 'agent', subject };
  if (Object.hasOwn(manifests.systems, subject)) return { kind: 'system', subject };
  if (Object.hasOwn(manifests.workflows, subject)) return { kind: 'workflow', subject };
  const known = [manifests.agents, manifests.systems, manifests.workflows].flatMap(Object.keys);
  const meant = nearest(subject, known);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  return { unknown: `I don’t know ${subject.slice(0, 40)}.${hint} There are ${known.join(', ')}.` };
}

/** One account and one proposal have no switch of their own: other writes of the account wait for the undoing anyway. */
function switchOf({ kind, subject }: RollbackScope): string | null {
  if (kind === 'everything') return 'all';
  return kind === 'account' || kind === 'proposal' ? null : subject;
}

/** How many are looked at at once, and for how long a system that asks for patience is waited for. */
const AT_ONCE = 8;
const PATIENCE_MS = 60_000;

async function itemsOf(context: Context, ids: readonly string[]): Promise<PlannedItem[]> {
  const proposals = await listByIds(context.database, ids);
  const until = (await readClock(context.database)).getTime() + PATIENCE_MS;
  const judged: Judged[] = [];
  for (let at = 0; at < proposals.length; at += AT_ONCE)
    judged.push(
      ...(await Promise.all(
        proposals.slice(at, at + AT_ONCE).map((each) => patiently(context, each, until)),
      )),
    );
  return expectNewerUndone(proposals, judged).flatMap((each, index) => {
    const proposal = proposals[index];
    if (!proposal?.execution) return [];
    const { looked: _, ...item } = each;
    return [{ execution: proposal.execution.id, proposal: proposal.id, compensation: uuidv7(), ...item }];
  });
}

async function patiently(context: Context, proposal: Proposal, until: number): Promise<Judged> {
  for (;;) {
    try {
      return await classify(context, proposal, true);
    } catch (error) {
      if (!(error instanceof SystemAway)) throw error;
      const now = (await readClock(context.database)).getTime();
      if (now >= until) return classify(context, proposal, false);
      await wait(Math.min(error.retryAfterMs ?? 1_000, until - now));
    }
  }
}

/** A newer write of ours to the same record, which is undone first, may be all that has changed since. */
function expectNewerUndone(proposals: readonly Proposal[], judged: readonly Judged[]): Judged[] {
  const newer = new Set<string>();
  return judged.map((each, index) => {
    const proposal = proposals[index];
    const record = `${proposal?.system} ${proposal?.account} ${each.looked}`;
    const behind = newer.has(record);
    if (each.class === 'undo') newer.add(record);
    if (each.class !== 'changed' || !behind || !each.request) return each;
    newer.add(record);
    return { ...each, class: 'undo', why: 'once the newer write of the account is undone' };
  });
}
