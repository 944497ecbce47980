import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import { isInDoubt } from '../domain/doubt.ts';
import type { OfferedAction } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { type Unknown, unknownOf } from '../domain/unknown.ts';
import { getFence } from '../store/executions.ts';
import { findProposal, getProposal } from '../store/proposals.ts';
import { offeredOf } from './assess.ts';
import { writtenOf } from './finish.ts';
import { lookAfter } from './look-after.ts';
import { doubtRows } from './plan-doubted.ts';
import { resolveUndo } from './resolve-undo.ts';

export interface Resolving {
  readonly number: number;
  /** The execution that they were asked about, where they were; left out: whichever of the proposal is unknown. */
  readonly execution?: string;
  /** What the person found out: whether the write, or its undoing, is there. */
  readonly happened: boolean;
  readonly person: Person;
  readonly groups: Groups;
}

export type ResolveResult =
  | { readonly outcome: 'resolved'; readonly proposal: Proposal; readonly what: Unknown['what'] }
  | { readonly outcome: 'refused'; readonly because: string };

const TRIES = 5;

/**
 * Settles a write, or the undoing of one, of which nobody could say whether it happened: a person has looked. Committed when it resolves
 * to `resolved`, on record; nothing is sent, whatever they say. Not happened means failed: it takes a new proposal, or a new rollback, to
 * try again.
 */
export async function resolveUnknown(context: Context, resolving: Resolving): Promise<ResolveResult> {
  const { number, happened, person, groups } = resolving;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const proposal = await findProposal(context.database, { number });
    if (!proposal) return refuse(`There is no #${number}.`);
    const offered = await offeredOf(context, proposal);
    const permission = authorize(
      { kind: 'resolve', system: offered.system },
      person,
      context.manifests,
      groups,
    );
    if (!permission.allowed) return refuse(permission.because);
    const unknown = unknownOf(proposal);
    if (!unknown)
      return refuse(`#${number} is ${proposal.state}: only an unknown outcome is to be resolved.`);
    if (resolving.execution !== undefined && resolving.execution !== unknown.execution)
      return refuse(
        `What was asked here of #${number} is settled. Something else of it is unknown by now: look at its newest page.`,
      );
    const settled =
      unknown.what === 'write'
        ? await resolveWrite(context, offered, proposal, resolving)
        : await resolveUndo(context, offered, { proposal, id: unknown.execution, happened, person });
    if (settled)
      return {
        outcome: 'resolved',
        proposal: await getProposal(context.database, proposal.id),
        what: unknown.what,
      };
  }
  return refuse(
    'Somebody else was at it at the same moment. Nothing of yours was recorded: please look again.',
  );
}

/** False: somebody was faster. */
async function resolveWrite(
  context: Context,
  offered: OfferedAction,
  proposal: Proposal,
  { happened, person }: Resolving,
): Promise<boolean> {
  const { execution } = proposal;
  if (!execution) return false;
  const connector = context.connectorOf(offered.system);
  const after = happened ? await lookAfter({ context, offered, connector, proposal }, {}) : null;
  const by = { id: person.userId, name: person.name };
  const outcome = await context.changes.change({
    id: proposal.id,
    version: proposal.version,
    set: { state: happened ? 'executed' : 'failed' },
    outcome: {
      id: execution.id,
      fence: await getFence(context.database, execution.id),
      ...(happened
        ? { state: 'executed', ...(execution.error ? { error: execution.error } : {}) }
        : { state: 'failed', error: `${person.name} found that it did not happen` }),
      ...(after ? { after } : {}),
    },
    events: [
      {
        type: 'execution.resolved',
        actor: person.principal,
        data: { ...writtenOf(proposal), happened, by, was: execution.error },
      },
    ],
    // Doubted before it was known: there is something to undo only now.
    outbox: [
      ...(happened && isInDoubt({ ...proposal, state: 'executed' })
        ? doubtRows(proposal.id)
        : [{ topic: 'card', ref: proposal.id }]),
      { topic: 'announce', ref: `resolved:${proposal.id}` },
    ],
  });
  return outcome === 'applied';
}

function refuse(because: string): ResolveResult {
  return { outcome: 'refused', because };
}
