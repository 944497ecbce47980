import { ask, type Database } from './database.ts';

/** The bytes that were shown and are sent, of one round; none where they were erased. */
export async function getEnvelope({ sql }: Database, proposalId: string, round: number): Promise<Uint8Array> {
  const [row] = await ask(sql<{ envelope: Uint8Array }[]>`
    select envelope from round where proposal_id = ${proposalId} and round = ${round}`);
  if (!row) throw new Error(`proposal ${proposalId} has no round ${round}`);
  return row.envelope;
}
