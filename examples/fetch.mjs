// Proposes with nothing but fetch, and waits until people have decided.
//   COUNTERSIGN_URL=http://127.0.0.1:3000 COUNTERSIGN_KEY=whsec_… node examples/fetch.mjs
const { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: key } = process.env;
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };

const accepted = await fetch(`${url}/v1/proposals`, {
  method: 'POST',
  // The same key for every try, also after a crash: it is never proposed twice.
  headers: { ...headers, 'idempotency-key': process.env.TICKET ?? 'ticket-8841' },
  body: JSON.stringify({
    action: 'billing.refund',
    input: { account: process.env.ACCOUNT ?? '4471', invoice: 'inv_9', amount: '1250.00' },
    reason: 'Charged twice, ticket 8841',
  }),
});
let proposal = await accepted.json();
if (!accepted.ok) throw new Error(proposal.detail);
console.log(`#${proposal.number}: ${proposal.next}`);

while (!proposal.settled) {
  const answer = await fetch(`${url}/v1/proposals/${proposal.id}?wait=50&until=settled`, { headers });
  proposal = await answer.json();
}
console.log(`${proposal.state}: ${JSON.stringify(proposal.execution?.result ?? proposal.next)}`);
