import { existsSync } from 'node:fs';
import type { Contender } from './contender.ts';
import { peer } from './peer.ts';

const INSTALLED = new URL('../node_modules/@dbos-inc/dbos-sdk', import.meta.url);

/** DBOS makes its schema when it starts. */
export const dbos: Contender = {
  ...peer({
    name: 'dbos',
    program: 'dbos/serve.ts',
    recorded: `select count(*)::int as n from dbos.workflow_status where status = 'SUCCESS'`,
    prepare: async () => {
      if (!existsSync(INSTALLED)) throw new Error('DBOS is not installed: (cd bench && npm ci)');
    },
  }),
  atLeast: 10,
};
