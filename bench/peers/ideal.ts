import { readFile } from 'node:fs/promises';
import { withAdmin } from '../frame/cluster.ts';
import { peer } from './peer.ts';

export const ideal = peer({
  name: 'ideal',
  program: 'ideal/serve.ts',
  recorded: `select count(*)::int as n from proposal where state = 'done'`,
  prepare: async (databaseUrl) => {
    const schema = await readFile(new URL('ideal/schema.sql', import.meta.url), 'utf8');
    await withAdmin(databaseUrl, (sql) => sql.unsafe(schema));
  },
});
