import { DBOS } from '@dbos-inc/dbos-sdk';
import { uuidv7 } from 'uuidv7';
import { type Proposed, serve, writeToLedger } from '../front.ts';

/** The same on DBOS: a workflow a proposal that waits for the decision as a message, then writes in a step. */
const { DATABASE_URL = '', LEDGER_URL = '' } = process.env;
const WAIT_SECONDS = 3_600;

const waitAndWrite = DBOS.registerWorkflow(
  async (id: string, proposed: Proposed): Promise<string> => {
    const by = await DBOS.recv<string>('decision', WAIT_SECONDS);
    if (by === null) return 'expired';
    return DBOS.runStep(() => writeToLedger(LEDGER_URL, id, proposed), { name: 'write' });
  },
  { name: 'waitAndWrite' },
);

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: DATABASE_URL,
  systemDatabasePoolSize: 20,
  logLevel: 'error',
  runAdminServer: false,
});
await DBOS.launch();

serve(
  {
    propose: async (id, body) => {
      await DBOS.startWorkflow(waitAndWrite, { workflowID: id })(id, body);
    },
    decide: (id, by) => DBOS.send(id, by, 'decision'),
  },
  uuidv7,
);
