import { expect } from 'vitest';
import { coursesOf, type End } from '../../src/domain/audit-course.ts';
import type { ProposalState } from '../../src/domain/proposal.ts';
import { type AuditFilter, listAudit } from '../../src/store/audit.ts';
import { ask, type Database } from '../../src/store/database.ts';

const FINER: Partial<Record<End, ProposalState>> = { taken_back: 'rejected', unreviewed: 'expired' };

/** What the audit's sentence goes by has to end in the state that the proposal is in, however it came there. */
export async function coursesAgree(database: Database, filter: AuditFilter = {}): Promise<void> {
  const events = await listAudit(database, filter, 1_000_000);
  const told = coursesOf(events.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.seq - b.seq));
  const { account } = filter;
  const { sql } = database;
  const rows = await ask(sql<{ number: string; state: ProposalState }[]>`
    select number, state from proposal where ${account === undefined ? sql`true` : sql`account = ${account}`} order by number`);
  const inRows = rows.map(({ number, state }) => `#${number} ${state === 'received' ? 'pending' : state}`);
  const inSentence = told
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, end }) => `#${number} ${FINER[end] ?? end}`);
  expect(inSentence).toEqual(inRows);
}
