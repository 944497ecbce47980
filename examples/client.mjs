// The same with the client: a function that is written only once people have approved it.
//   COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node examples/client.mjs
import { createClient, NotDone } from 'countersign/client';

const { COUNTERSIGN_URL: url = '', COUNTERSIGN_KEY: key = '', ACCOUNT: account = '4471' } = process.env;
const onProposed = ({ number, next }) => console.log(`#${number}: ${next}`);
const refund = createClient({ url, key }).gated('billing.refund', { onProposed });

try {
  const result = await refund({ account, invoice: 'inv_9', amount: '1250.00' }, { reason: 'Charged twice' });
  console.log(`executed: ${JSON.stringify(result)}`);
} catch (error) {
  if (!(error instanceof NotDone)) throw error;
  console.log(`${error.proposal.state}: ${error.proposal.next}`);
}
