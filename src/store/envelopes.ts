import { createBatcher } from './batcher.ts';
import { ask, type Database, perDatabase, retryAlone } from './database.ts';

/** The bytes that were shown and are sent, of one round; none where they were erased. */
export async function getEnvelope(
  database: Database,
  proposalId: string,
  round: number,
): Promise<Uint8Array> {
  const envelope = await readerOf(database)({ proposalId, round });
  if (!envelope) throw new Error(`proposal ${proposalId} has no round ${round}`);
  return envelope;
}

/** Concurrent reads share a statement. */
const readerOf = perDatabase(({ sql }) =>
  createBatcher<{ readonly proposalId: string; readonly round: number }, Uint8Array | undefined>(
    async (asked) => {
      const ids = asked.map(({ proposalId }) => proposalId);
      const rows = await ask(sql<{ proposal_id: string; round: number; envelope: Uint8Array }[]>`
        select r.proposal_id, r.round, r.envelope from unnest(${ids}::uuid[], ${asked.map(({ round }) => round)}::integer[]) x (id, n)
          join round r on r.proposal_id = x.id and r.round = x.n`);
      const found = new Map(rows.map((row) => [`${row.proposal_id}:${row.round}`, row.envelope]));
      return asked.map(({ proposalId, round }) => found.get(`${proposalId}:${round}`));
    },
    { lanes: 2, most: 64, retryAlone },
  ),
);
