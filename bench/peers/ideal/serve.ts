import postgres from 'postgres';
import { uuidv7 } from 'uuidv7';
import { type Proposed, serve, writeToLedger } from '../front.ts';
import { inBatches } from './batches.ts';
import { complete, decideAndClaim, insertProposal, insertProposals } from './statements.ts';

/** The hand-written ideal: three steps, each a micro-batch in one statement. It promises nothing of what we do beyond that. */
const { DATABASE_URL = '', LEDGER_URL = '' } = process.env;
const oneByOne = process.argv.includes('one-by-one');
const sql = postgres(DATABASE_URL, { max: 10 });
const insert = oneByOne
  ? insertProposal.bind(undefined, sql)
  : inBatches(insertProposals.bind(undefined, sql), 2);
const decide = inBatches(decideAndClaim.bind(undefined, sql), 2);
const finish = inBatches(complete.bind(undefined, sql), 2);

async function write(id: string, body: string): Promise<void> {
  const proposed = JSON.parse(body) as Proposed;
  await finish({ id, result: await writeToLedger(LEDGER_URL, id, proposed) });
}

serve(
  {
    propose: async (id, body) =>
      insert({
        ...{ id, agent: 'bench-agent', idem: body.idem, account: body.input.account },
        ...{ amount: Math.round(Number(body.input.amount) * 100), body: JSON.stringify(body) },
      }),
    async decide(id, by) {
      const body = await decide({ id, by });
      if (body === null) throw new Error('somebody was faster');
      void write(id, body);
    },
  },
  uuidv7,
);
