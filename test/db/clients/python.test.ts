import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT_KEY } from '../../support/door.ts';
import { freshAccount } from '../../support/door-world.ts';
import { startHttp } from '../../support/loopback.ts';
import { hasPython, runPython } from '../../support/python-script.ts';
import { openServingWorld, type ServingWorld } from '../../support/serving-world.ts';

const example = join(import.meta.dirname, '../../../examples/python/refund.py');

let world: ServingWorld;
beforeAll(async () => {
  world = await openServingWorld();
});
afterAll(() => world.close());

const run = (text: string, env: Record<string, string> = {}, url = world.door.url) =>
  runPython(['-c', `import json, os, countersign\n${text}`], {
    ...{ COUNTERSIGN_URL: url, COUNTERSIGN_KEY: AGENT_KEY },
    ...env,
  });

const PROPOSE = `client = countersign.Client()
given = {"account": os.environ["ACCOUNT"], "invoice": "inv_9", "amount": "1250.00"}
`;

describe.skipIf(!hasPython)('the Python client', () => {
  it('proposes, waits for people, and reads what they said', async () => {
    const ACCOUNT = freshAccount();
    const said = run(
      `${PROPOSE}proposal = client.propose("billing.refund", given, "Charged twice", metadata={"thread": "t-1"})
decided = client.wait(proposal["id"])
print(json.dumps([decided["state"], decided["metadata"], decided["decisions"][0]["reason"]]))`,
      { ACCOUNT },
    );
    await world.decideFor(ACCOUNT, 'rejected');
    expect(JSON.parse(await said)).toEqual(['rejected', { thread: 't-1' }, 'because']);
  });

  it('takes back, lists and considers; comes back from a wait when its time is over', async () => {
    const said = await run(
      `${PROPOSE}proposal = client.propose("billing.refund", given, "Charged twice")
waited = client.wait(proposal["id"], timeout=0)
taken = client.withdraw(proposal["id"])
listed = client.list(account=given["account"])["proposals"]
dry = client.consider("billing.refund", given, "Charged twice")
print(json.dumps([waited["settled"], taken["state"], len(listed), dry["dry_run"], client.actions()[0]["action"]]))`,
      { ACCOUNT: freshAccount() },
    );
    expect(JSON.parse(said)).toEqual([false, 'withdrawn', 1, true, 'billing.refund']);
  });

  it('proposes once where the first answer is lost: every try is under the same key', async () => {
    let lost = 0;
    const keys = new Set<string>();
    const proxy = await startHttp((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(Buffer.from(chunk));
        const body = Buffer.concat(chunks);
        keys.add(JSON.parse(body.toString()).idempotency_key);
        const answer = await fetch(`${world.door.url}${request.url}`, {
          method: request.method ?? 'GET',
          headers: { authorization: `Bearer ${AGENT_KEY}`, 'content-type': 'application/json' },
          body: new Uint8Array(body),
        });
        const text = await answer.text();
        lost += 1;
        if (lost === 1) request.socket.destroy();
        else response.writeHead(answer.status).end(text);
      })();
    });
    const before = await world.stored();
    await run(
      `${PROPOSE}client.propose("billing.refund", given, "x")`,
      { ACCOUNT: freshAccount() },
      proxy.url,
    );
    await proxy.close();
    expect([lost, keys.size, await world.stored()]).toEqual([2, 1, before + 1]);
  });

  it('says what was refused', async () => {
    const said = await run(`try:
    countersign.Client().propose("billing.refund", {}, " ")
except countersign.CountersignError as error:
    print(error.status, error.type)`);
    expect(said).toBe('422 /problems/invalid-input');
  });

  it('gates a function, whose name and signature stay', async () => {
    const ACCOUNT = freshAccount();
    const said = run(
      `import inspect
@countersign.gated("billing.refund", reason="Charged twice")
def refund(account: str, cents: int):
    "Gives money back."
    return {"account": account, "invoice": "inv_9", "amount": f"{cents / 100:.2f}"}
print(json.dumps([refund.__name__, str(inspect.signature(refund)), refund(os.environ["ACCOUNT"], 125000)]))`,
      { ACCOUNT },
    );
    await world.decideFor(ACCOUNT, 'approved');
    expect(JSON.parse(await said)).toEqual(['refund', '(account: str, cents: int)', { id: 're_1' }]);
  });

  it('offers a model one tool an action, which answers once people have decided', async () => {
    const ACCOUNT = freshAccount();
    const said = run(
      `${PROPOSE}shown = []
tool = next(each for each in client.tools(on_proposed=shown.append) if each.name == "billing_refund")
told = tool({**given, "reason": "Charged twice"}, idempotency_key="call-" + given["account"])
wrong = tool({**given, "amount": "all", "reason": "x"})
print(json.dumps([tool.input_schema["required"], told["state"], told["said"], len(shown), wrong["state"], wrong["next"]]))`,
      { ACCOUNT },
    );
    await world.decideFor(ACCOUNT, 'rejected');
    const [required, ...rest] = JSON.parse(await said);
    expect(required).toEqual(['account', 'invoice', 'amount', 'reason']);
    const next = expect.stringContaining('/input/amount');
    expect(rest).toEqual(['rejected', ['lea: because'], 1, 'refused', next]);
  });

  it('runs its example: an end without a write is an error that tells which', async () => {
    const [yes, no] = [freshAccount(), freshAccount()];
    const env = { COUNTERSIGN_URL: world.door.url, COUNTERSIGN_KEY: AGENT_KEY };
    const both = [
      runPython([example], { ...env, ACCOUNT: yes }),
      runPython([example], { ...env, ACCOUNT: no }),
    ];
    await world.decideFor(yes, 'approved');
    await world.decideFor(no, 'rejected');
    const [written, refused] = await Promise.all(both);
    expect(written).toMatch(/^#\d+: Wait\..*\nexecuted: {'id': 're_1'}$/s);
    expect(refused).toMatch(/\nrejected: It will not be written/);
  });

  it('reads callbacks that the reference library signs, and no other', async () => {
    const body = '{"type": "proposal.executed", "data": {"id": "prop_ä"}}';
    const now = Math.floor(Date.now() / 1_000);
    const headers = {
      'Webhook-Id': 'evt_1',
      'Webhook-Timestamp': String(now),
      'Webhook-Signature': new Webhook(AGENT_KEY).sign('evt_1', new Date(now * 1_000), body),
    };
    const said = await run(
      `headers, body = json.loads(os.environ["HEADERS"]), os.environ["BODY"].encode()
found = [countersign.verify_callback(os.environ["COUNTERSIGN_KEY"], headers, body)["type"]]
for keys, more, text, now in [
    ("whsec_b3RoZXI=", {}, body, None),
    (os.environ["COUNTERSIGN_KEY"], {}, body + b" ", None),
    (os.environ["COUNTERSIGN_KEY"], {"Webhook-Id": "evt_2"}, body, None),
    (os.environ["COUNTERSIGN_KEY"], {"Webhook-Signature": "v1,\\u00e4"}, body, None),
    (os.environ["COUNTERSIGN_KEY"], {}, body, 0),
]:
    try:
        found.append(countersign.verify_callback(keys, {**headers, **more}, text, now=now)["type"])
    except ValueError:
        found.append(None)
print(json.dumps(found))`,
      { HEADERS: JSON.stringify(headers), BODY: body },
    );
    expect(JSON.parse(said)).toEqual(['proposal.executed', null, null, null, null, null]);
  });
});
