import type { Context } from '../context.ts';
import type { Drill } from '../domain/drill.ts';
import { type DrillSeen, drillRecord } from '../domain/drill-record.ts';
import { canonicalText } from '../domain/json.ts';
import { signJws } from '../domain/jws.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Rollback } from '../domain/rollback.ts';
import { judgeUndo } from '../domain/undo.ts';
import { readClock } from '../store/clock.ts';
import { finishDrill, getDrill, listDrillProposals } from '../store/drills.ts';
import { findRollback } from '../store/rollbacks.ts';
import { offeredOf } from './assess.ts';
import { listAll, seenNow, withLeave } from './drill-edits.ts';

const LOOK_MS = 120_000;
const AT_ONCE = 8;

/** Looks at what stands in the sandbox now, and commits the signed record: with it the drill is over, and its sandbox switched on again. `broke`: what ended it early. */
export async function closeDrill(
  context: Context,
  { id }: Drill,
  broke: string | null = null,
): Promise<void> {
  const { database, manifests, signingKey } = context;
  const drill = await getDrill(database, id);
  const proposals = await listAll(context, await listDrillProposals(database, id));
  const rollback = await findRollback(database, drill.rollback);
  const system = manifests.systems[drill.system];
  const seen = system?.sandbox ? await look(context, drill, proposals, rollback) : NOTHING;
  const now = await readClock(database);
  const { passed, claims } = drillRecord({ drill, system, manifests, proposals, rollback, seen, now, broke });
  const record = signJws('countersign-drill+jwt', { iss: signingKey.name, ...claims }, signingKey);
  const { named: _, ...facts } = claims;
  await finishDrill(database, id, { passed, record, facts });
  context.log.info({ drill: drill.number, passed }, 'drill.finished');
}

const NOTHING: DrillSeen = { overwritten: [], standing: [] };

async function look(
  context: Context,
  drill: Drill,
  proposals: readonly Proposal[],
  rollback: Rollback | undefined,
): Promise<DrillSeen> {
  const until = performance.now() + LOOK_MS;
  const edits = new Map(drill.edits.map((edit) => [edit.proposal, edit]));
  const undone = new Set(rollback?.items.flatMap((item) => (item.state === 'undone' ? [item.proposal] : [])));
  const overwritten: number[] = [];
  const standing: number[] = [];
  const check = async (proposal: Proposal): Promise<void> => {
    const edit = edits.get(proposal.id);
    const { execution } = proposal;
    if (!execution || (!edit && !undone.has(proposal.id))) return;
    const offered = await offeredOf(context, proposal);
    const now = await withLeave(context, offered, until, () => seenNow(context, offered, proposal));
    if (edit && canonicalText(edit.left) !== canonicalText(now)) overwritten.push(proposal.number);
    const { undo } = offered.action;
    if (!edit && undo?.read && judgeUndo(offered.action, undo, { proposal, execution }, now).may)
      standing.push(proposal.number);
  };
  for (let at = 0; at < proposals.length; at += AT_ONCE)
    await Promise.all(proposals.slice(at, at + AT_ONCE).map(check));
  return { overwritten, standing };
}
