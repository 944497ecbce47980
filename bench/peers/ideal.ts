import { readFile } from 'node:fs/promises';
import { withAdmin } from '../frame/cluster.ts';
import { peer } from './peer.ts';

const handWritten = {
  program: 'ideal/serve.ts',
  recorded: `select count(*)::int as n from proposal where state = 'done'`,
  prepare: async (databaseUrl: string) => {
    const schema = await readFile(new URL('ideal/schema.sql', import.meta.url), 'utf8');
    await withAdmin(databaseUrl, (sql) => sql.unsafe(schema));
  },
};

export const ideal = peer({ name: 'ideal', ...handWritten });

/** Each proposal in a statement and a commit of its own. */
export const oneByOne = peer({ name: 'one_by_one', ...handWritten, args: ['one-by-one'] });
