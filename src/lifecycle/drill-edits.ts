import type { Context } from '../context.ts';
import { type Drill, pickEdited } from '../domain/drill.ts';
import type { RenderedRequest } from '../domain/envelope.ts';
import { describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import { signJws } from '../domain/jws.ts';
import type { OfferedAction, System } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { EDITS } from '../domain/scope.ts';
import { undoScope } from '../domain/undo.ts';
import { RetryLater } from '../errors.ts';
import { type DrillProposal, noteEdit } from '../store/drills.ts';
import { listByIds } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { lookForUndo } from './look-for-undo.ts';
import { askLeave, SystemAway } from './pace.ts';
import { pin } from './pin.ts';
import { renderRequest } from './record.ts';
import { sandboxOf } from './sandbox-of.ts';

/**
 * Plays somebody else's hand on some of what was written, and keeps how it left each record. `foreseen`: those before the plan. An edit
 * that was done and not noted is done again: it says what the record is to be, not by how much.
 */
export async function editAsOthers(
  context: Context,
  drill: Drill,
  written: readonly DrillProposal[],
  foreseen: boolean,
): Promise<void> {
  const proposals = await listAll(context, written);
  const reversible = proposals.filter(({ state, reversible }) => state === 'executed' && reversible);
  const done = new Set(drill.edits.map(({ proposal }) => proposal));
  const wanted = pickEdited(reversible, drill.writes).filter((each) => each.foreseen === foreseen);
  for (const { item } of wanted) if (!done.has(item.id)) await edit(context, drill, item, foreseen);
}

/** With everything that each left, in the order of the drill. */
export function listAll(context: Context, written: readonly DrillProposal[]): Promise<Proposal[]> {
  return listByIds(
    context.database,
    written.map(({ id }) => id),
  );
}

async function edit(context: Context, drill: Drill, proposal: Proposal, foreseen: boolean): Promise<void> {
  const offered = await offeredOf(context, proposal);
  const template = sandboxOf(context, drill)?.drill[offered.action.id]?.edit;
  if (!template || !proposal.execution) return;
  const request = renderRequest(template, undoScope({ proposal, execution: proposal.execution }));
  await askAsOthers(context, offered.system, request, `${drill.id}/${proposal.id}`);
  const left = await seenNow(context, offered, proposal);
  await noteEdit(context.database, drill.id, { proposal: proposal.id, foreseen, left });
}

const PATIENCE_MS = 2_000;

/** Nothing will mend it while the drill waits: it ends as failed. */
export class SandboxRefuses extends Error {}

/** Sets the sandbox back, where it can be: each drill begins with the same books. */
export async function resetSandbox(context: Context, drill: Drill): Promise<void> {
  const sandbox = sandboxOf(context, drill);
  if (sandbox?.reset)
    await askAsOthers(context, sandbox.system, renderRequest(sandbox.reset, {}), `${drill.id}/reset`);
}

/** What is asked in nobody's name, of a sandbox alone. Throws {@link RetryLater} while it can't be done. */
async function askAsOthers(
  context: Context,
  system: System,
  request: RenderedRequest,
  key: string,
): Promise<void> {
  await askLeave(context, system, 3);
  const pinned = await pin(context, system, EDITS, request);
  if (!pinned)
    throw new RetryLater(`${system.title} does not show the tool that a drill asks for`, PATIENCE_MS);
  const answer = await context.connectorOf(system).write(pinned, {
    key,
    scope: EDITS,
    receipt: signJws('countersign-drill+jwt', { sub: key, system: system.id }, context.signingKey),
    start: async () => Number.POSITIVE_INFINITY,
  });
  const said = describeAnswer(answer);
  if (judgeAnswer(answer) === 'refused')
    throw new SandboxRefuses(`${system.title} refuses what a drill asks: ${said}`);
  if (judgeAnswer(answer) !== 'done')
    throw new RetryLater(`${system.title} did not do what a drill asks: ${said}`);
}

/** The record that an undo would look at; null: there is none any more, or the action looks at none. */
export async function seenNow(
  context: Context,
  offered: OfferedAction,
  proposal: Proposal,
): Promise<JsonObject | null> {
  const { execution } = proposal;
  const { undo } = offered.action;
  if (!undo || !execution) return null;
  const look = await lookForUndo(context, offered, undo, { proposal, execution });
  return look.outcome === 'seen' && isObject(look.now) ? look.now : null;
}

/** Waits out what a system asks for, as long as `until`. */
export async function withLeave<T>(
  context: Context,
  offered: OfferedAction,
  until: number,
  act: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      await askLeave(context, offered.system, 1);
      return await act();
    } catch (error) {
      if (!(error instanceof SystemAway) || performance.now() >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryAfterMs ?? 500, 2_000)));
    }
  }
}
