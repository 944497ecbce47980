import type { Context } from '../context.ts';
import { type Drill, type DrillWrite, planDrill } from '../domain/drill.ts';
import { DRILL } from '../domain/drill-names.ts';
import type { Agent, Sandbox } from '../domain/manifest.ts';
import { RetryLater } from '../errors.ts';
import type { DrillProposal } from '../store/drills.ts';
import { propose } from './propose.ts';
import { sandboxOf } from './sandbox-of.ts';

const AT_ONCE = 50;

/** Proposes the next of a drill's writes that there are not yet; false: all are there. Each has its own key, so none is there twice. */
export async function proposeMissing(
  context: Context,
  drill: Drill,
  written: readonly DrillProposal[],
): Promise<boolean> {
  const sandbox = sandboxOf(context, drill);
  if (!sandbox) return false;
  const there = new Set(written.map(({ n }) => n));
  const missing = planDrill(sandbox.drill, drill.writes).filter(({ n }) => !there.has(n));
  const agent = drillAgent(drill, sandbox);
  await Promise.all(
    missing.slice(0, AT_ONCE).map((each) => proposeOne(context, agent, drill, sandbox, each)),
  );
  return missing.length > 0;
}

/** Nobody holds its key: it proposes from here alone, and only to this sandbox. */
function drillAgent({ by }: Drill, { system }: Sandbox): Agent {
  return {
    id: DRILL,
    title: 'Rollback drill',
    owner: { kind: 'id', id: by.id },
    keys: [],
    allowFrom: [],
    may: Object.keys(system.actions).map((action) => `${system.id}.${action}`),
    rate: undefined,
    maxPending: undefined,
    callback: undefined,
  };
}

async function proposeOne(
  context: Context,
  agent: Agent,
  drill: Drill,
  { system }: Sandbox,
  { n, action, input }: DrillWrite,
): Promise<void> {
  const result = await propose(context, agent, {
    action: `${system.id}.${action}`,
    input,
    reason: `Drill ${drill.number}, ordered by ${drill.by.name}`,
    evidence: [],
    onBehalfOf: null,
    metadata: { drill: String(drill.number) },
    claimedImpact: null,
    idempotencyKey: `${drill.id}/${n}`,
    traceparent: null,
  });
  if (result.outcome === 'received' || result.outcome === 'known') return;
  if (result.outcome === 'disabled') throw new RetryLater(`${result.scope} is switched off`, 5_000);
  throw new Error(`write ${n} of drill ${drill.number} can't be proposed: ${JSON.stringify(result)}`);
}
