import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

export interface Claim {
  readonly id: string;
  readonly proposalId: string;
  readonly fence: number;
  /** `started`: the write may have happened, its holder is gone. */
  readonly was: 'ready' | 'leased' | 'started';
  /** `compensate` undoes another one. */
  readonly kind: 'forward' | 'compensate';
  /** It is switched off: what became of it is to be found out, and nothing may be sent. */
  readonly isOff?: boolean;
  /** How often in a row it was given back by an error of ours. */
  readonly stumbles?: number;
}

/** Takes due writes, of one system or of all but some, under a lease; a later claim has a higher fence and shuts the earlier one out. */
export async function claimExecutions(
  { sql }: Database,
  worker: string,
  leaseMs: number,
  limit: number,
  of: { readonly only?: string; readonly except?: readonly string[] } = {},
): Promise<Claim[]> {
  const rows = await ask(sql<
    {
      id: string;
      proposal_id: string;
      fence: number;
      was: Claim['was'];
      kind: Claim['kind'];
      off: boolean;
      stumbles: number;
    }[]
  >`
    select id, proposal_id, fence, was, kind, off, stumbles from claim_executions(
      ${worker}, ${leaseMs}, ${limit}, ${of.only ?? null}, ${[...(of.except ?? [])]})`);
  return rows.map(({ proposal_id: proposalId, off: isOff, ...claim }) => ({ ...claim, proposalId, isOff }));
}

export type Beginning = 'started' | 'disabled' | 'lost' | 'late' | 'changed';

/**
 * Commits that the write has started, before its first byte may leave or a person is told; else says why it must not. `onAsked` is called
 * just before the database is asked: no switch that it had not seen by then is missed.
 */
export async function beginExecution(
  database: Database,
  claim: Claim,
  needMs: number,
  byHand = false,
  onAsked: () => void = () => {},
): Promise<Beginning> {
  return beginnerOf(database)({ claim, needMs, byHand, onAsked });
}

interface ToBegin {
  readonly claim: Claim;
  readonly needMs: number;
  readonly byHand: boolean;
  onAsked(): void;
}

/** Writes that start at the same moment share a commit; in the order in which apply_changes takes its locks. */
const beginnerOf = perDatabase(({ sql }) =>
  createBatcher<ToBegin, Beginning>(
    async (items) => {
      const batch = items.map(({ claim: { id, fence, proposalId }, needMs, byHand }) => {
        return { id, fence, proposal: proposalId, need_ms: needMs, by_hand: byHand };
      });
      for (const { onAsked } of items) onAsked();
      const rows = await ask(sql<{ n: number; answer: Beginning }[]>`
        select n, answer from begin_executions(${sql.json(batch)}) order by n`);
      return rows.map(({ answer }) => answer);
    },
    { lanes: 2, most: 32, retryAlone },
  ),
);

/** Gives a claim back, to be taken again after `retryMs`; a started one stays started, since it may have happened. `stumbled`: by an error of ours. */
export async function releaseExecution(
  { sql }: Database,
  claim: Claim,
  retryMs: number,
  error: string | null,
  stumbled = false,
): Promise<void> {
  await ask(
    sql`select release_execution(${claim.id}, ${claim.fence}, ${Math.ceil(retryMs)}, ${error}, ${stumbled})`,
  );
}

export interface Found extends Pick<Claim, 'kind'> {
  readonly proposalId: string;
  readonly system: string;
  /** Of whoever claimed it last: with it, what became of it is recorded from outside (a person, the system itself). */
  readonly fence: number;
}

export async function findExecution({ sql }: Database, id: string): Promise<Found | undefined> {
  const [row] = await ask(sql<{ proposal_id: string; system: string; fence: number; kind: Claim['kind'] }[]>`
    select proposal_id, system, fence, kind from execution where id::text = ${id}`);
  return row && { proposalId: row.proposal_id, system: row.system, fence: row.fence, kind: row.kind };
}

export async function getFence(database: Database, id: string): Promise<number> {
  const found = await findExecution(database, id);
  if (!found) throw new Error(`there is no execution ${id}`);
  return found.fence;
}
