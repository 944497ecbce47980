import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import { handWork } from '../domain/by-hand.ts';
import type { JsonObject } from '../domain/json.ts';
import type { OfferedAction, System } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Change } from '../store/changes.ts';
import { getFence } from '../store/executions.ts';
import { getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { askOnce } from './find.ts';
import { writtenOf } from './finish.ts';
import { lookAfter } from './look-after.ts';
import { settleManualUndo } from './settle-manual-undo.ts';

export interface ManualSettling {
  readonly proposalId: string;
  readonly done: boolean;
  /** A link or a text: what shows that it was done, or why it could not be. */
  readonly evidence: string;
  readonly person: Person;
  /** As of this click; what could not be looked up is null and refuses. */
  readonly groups: Groups;
}

export type ManualResult =
  | {
      readonly outcome: 'settled';
      readonly proposal: Proposal;
      readonly what: 'write' | 'undo';
      /** Whether the system itself shows what was proposed; null: it can't be asked, or says neither. */
      readonly agrees: boolean | null;
    }
  | { readonly outcome: 'refused'; readonly because: string };

const LONGEST_EVIDENCE = 2_000;
const TRIES = 5;

/**
 * Records what a person says of a write that was theirs to do by hand, or to undo. Committed when it resolves to `settled`: the
 * outcome, the evidence, and whether the system agrees, where it can be read.
 */
export async function settleManual(context: Context, settling: ManualSettling): Promise<ManualResult> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await getProposal(context.database, settling.proposalId);
    const what = handWork(proposal);
    if (!what)
      return refuse(`#${proposal.number} is ${proposal.state}: there is nothing to be done by hand.`);
    const offered = await offeredOf(context, proposal);
    const because = objectionTo(context, settling, proposal, offered.system);
    if (because !== undefined) return refuse(because);
    const settled = { ...settling, evidence: settling.evidence.trim() };
    const agrees =
      what === 'write'
        ? await settleWrite(context, offered, proposal, settled)
        : await settleManualUndo(context, proposal, settled);
    if (agrees === 'stale') continue;
    return { outcome: 'settled', proposal: await getProposal(context.database, proposal.id), what, agrees };
  }
  return refuse(
    'Somebody else was at it at the same moment. Nothing of yours was recorded: please look again.',
  );
}

function refuse(because: string): ManualResult {
  return { outcome: 'refused', because };
}

function objectionTo(
  { manifests }: Context,
  { person, groups, evidence, done }: ManualSettling,
  proposal: Proposal,
  system: System,
): string | undefined {
  const permission = authorize({ kind: 'settle_manual', proposal, system }, person, manifests, groups);
  if (!permission.allowed) return permission.because;
  const length = evidence.trim().length;
  if (length > 0 && length <= LONGEST_EVIDENCE) return undefined;
  return done
    ? `Say what shows that it is done, in ${LONGEST_EVIDENCE} characters at most: a link, or what you saw.`
    : `Say why it could not be done, in ${LONGEST_EVIDENCE} characters at most.`;
}

type Settled = Promise<boolean | null | 'stale'>;

async function settleWrite(
  context: Context,
  offered: OfferedAction,
  proposal: Proposal,
  settling: ManualSettling,
): Settled {
  const { execution } = proposal;
  if (!execution) return 'stale';
  const connector = context.connectorOf(offered.system);
  const looking = { context, offered, connector, proposal, version: proposal.version, execution };
  const agrees = settling.done && offered.action.find ? await readBack(looking, offered.action.find) : null;
  const after = settling.done ? await lookAfter(looking, {}) : null;
  const fence = await getFence(context.database, execution.id);
  const change = transition(proposal, { id: execution.id, fence }, settling, { agrees, after });
  return (await context.changes.change(change)) === 'applied' ? agrees : 'stale';
}

async function readBack(...[looking, find]: Parameters<typeof askOnce>): Promise<boolean | null> {
  const { answer } = await askOnce(looking, find).catch(() => ({ answer: 'away' as const }));
  if (answer === 'happened') return true;
  return answer === 'absent' ? false : null;
}

function transition(
  proposal: Proposal,
  hold: { readonly id: string; readonly fence: number },
  { done, evidence, person }: ManualSettling,
  { agrees, after }: { readonly agrees: boolean | null; readonly after: JsonObject | null },
): Change {
  const { id, version, before } = proposal;
  const by = { id: person.userId, name: person.name };
  return {
    id,
    version,
    set: { state: done ? 'executed' : 'failed' },
    outcome: {
      ...hold,
      ...(done
        ? { state: 'executed', result: { evidence, by, agrees } }
        : { state: 'failed', error: evidence }),
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
    },
    events: [
      {
        type: done ? 'execution.done_by_hand' : 'execution.not_done_by_hand',
        actor: person.principal,
        data: { ...writtenOf(proposal), by, evidence, agrees },
      },
    ],
    outbox: [{ topic: 'card', ref: id }],
  };
}
