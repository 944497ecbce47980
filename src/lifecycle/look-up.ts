import type { AuditEvent } from '../domain/audit.ts';
import type { ProposalRef } from '../domain/ids.ts';
import type { Person } from '../domain/person.ts';
import type { Proposal } from '../domain/proposal.ts';
import { listAudit, recordEvent } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import { findProposal } from '../store/proposals.ts';

export interface LookedUp {
  readonly proposal: Proposal;
  /** In the order in which it happened. */
  readonly events: readonly AuditEvent[];
}

/** One proposal with its history. Who looked is on record before they see it; the caller has made sure that they may. */
export async function lookUpProposal(
  database: Database,
  ref: ProposalRef,
  person: Person,
): Promise<LookedUp | undefined> {
  const proposal = await findProposal(database, ref);
  if (!proposal) return undefined;
  await recordEvent(database, 'access', {
    type: 'audit.read',
    actor: person.principal,
    number: proposal.number,
    data: { by: { id: person.userId, name: person.name } },
  });
  const events = await listAudit(database, { number: proposal.number });
  const told = events.filter(({ stream }) => stream === proposal.id).toSorted((a, b) => a.seq - b.seq);
  return { proposal, events: told };
}
