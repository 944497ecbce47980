import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBotProcess } from '../../support/bot-process.ts';
import { CANARIES, canariesIn, dump } from '../../support/canaries.ts';
import { PROJECT_MANIFESTS } from '../../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../../support/database.ts';
import { ask, refund } from '../../support/door.ts';
import { runCountersign } from '../../support/run-countersign.ts';
import { startTestWorkspace } from '../../support/start-test-workspace.ts';

const PROGRAM = join(import.meta.dirname, '../../support/program-server.ts');

/** A billing system that says everything twice: what it was asked, and the credential with which. It fails for some accounts. */
function startParrot(): Promise<Server> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const said = request.headers.authorization ?? '';
      const echo = {
        echo: said,
        bare: said.replace('Bearer ', ''),
        [said]: [said],
        url: encodeURIComponent(said),
      };
      const account = /"account":"(\d+)"/.exec(body)?.[1];
      const status =
        account === '5003' ? 403 : account === '5005' ? 500 : request.method === 'POST' ? 201 : 200;
      const invoices = [{ id: 'inv_9', state: 'paid' }];
      response.writeHead(request.url?.includes('key=') ? 404 : status, {
        'content-type': 'application/json',
        'x-echo': said,
        'www-authenticate': said,
      });
      response.end(
        JSON.stringify({
          id: `re_${said}`,
          refundable: '9000.00',
          balance: '1.00',
          version: 1,
          invoices,
          ...echo,
        }),
      );
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** The project's manifests, with every kind of secret that there is. */
function writeManifests(directory: string, old: string): void {
  cpSync(PROJECT_MANIFESTS, directory, { recursive: true });
  const edit = (file: string, ...changes: [string | RegExp, string][]) => {
    const path = join(directory, file);
    const before = readFileSync(path, 'utf8');
    const after = changes.reduce((all, [from, to]) => all.replace(from, () => to), before);
    writeFileSync(path, after);
  };
  edit(
    'systems/billing.yml',
    ['secret: env:BILLING_TOKEN ', `secret: [env:BILLING_TOKEN, "file:${old}"] `],
    [
      'on_call: lee@acme.test',
      'on_call: { person: lee@acme.test, webhook: { url: "http://127.0.0.1:9/", key: env:PAGER_KEY } }',
    ],
    ['show: [refundable, balance]', 'show: [refundable, balance, echo, bare, url]'],
    ['tell_agent: [id]', 'tell_agent: [id, echo, bare, url]'],
  );
  edit(
    'systems/crm.yml',
    [
      / {2}url: .*\n {2}allow_private: .*\n {2}headers:\n.*\n/,
      `  command: ["${process.execPath}", "${PROGRAM}", "${directory}/calls", reflects]\n  env: { CRM_TOKEN: "\${secret}" }\n`,
    ],
    [/ {2}sandbox:\n(?: {4}.*\n)+/, ''],
    [/ {4}require:\n.*\n.*\n/, ''],
    ['show: [status]', 'show: [status, echo]'],
  );
  edit('systems/fulfilment.yml', [/ {2}closed:.*\n/, '']);
  edit(
    'systems/inventory.yml',
    [
      '  until:',
      '  reads: { type: http, base_url: "http://127.0.0.1:9", allow_private: true, headers: { authorization: "Bearer ${secret}" } }\n  until:',
    ],
    ['connector:', 'credential: { account: svc, secret: env:INVENTORY_TOKEN }\nconnector:'],
  );
  edit('agents/refund-agent.yml', [
    'secret: env:REFUND_AGENT_KEY',
    'secret: [env:REFUND_AGENT_KEY, env:REFUND_AGENT_OLD_KEY]',
  ]);
  edit('org.yml', [/$/, '\ncli: [{ person: dana@acme.test, key: env:DANAS_KEY }]\n']);
}

let db: FreshDatabase;
let parrot: Server;
let directory: string;
beforeAll(async () => {
  db = await freshDatabase();
  parrot = await startParrot();
  directory = mkdtempSync(join(tmpdir(), 'canaries-'));
});
afterAll(async () => {
  parrot?.close();
  rmSync(directory, { recursive: true, force: true });
  await db?.drop();
});

describe('twenty secrets', () => {
  it('are found in no log, card, answer, export or table, whatever systems and callers do with them', {
    timeout: 240_000,
  }, async () => {
    const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret } = CANARIES;
    const { workspace, as } = await startTestWorkspace({ botToken, signingSecret, rateLimits: false });
    const old = join(directory, 'old-token');
    writeFileSync(old, CANARIES.BILLING_OLD);
    const manifests = join(directory, 'manifests');
    writeManifests(manifests, old);
    const { port } = parrot.address() as AddressInfo;
    const env = {
      ...CANARIES,
      SLACK_SIGNING_SECRET: `${signingSecret},${CANARIES.SLACK_OLD_SIGNING_SECRET}`,
      ...{ DATABASE_URL: db.url, MANIFESTS: manifests, AUDIT_CHECKPOINTS: directory, LOG_LEVEL: 'debug' },
      ...{
        SLACK_API_URL: workspace.apiUrl,
        BILLING_URL: `http://127.0.0.1:${port}`,
        CRM_MCP_URL: 'http://127.0.0.1:9',
        BILLING_SANDBOX_URL: 'http://127.0.0.1:9/sandbox',
        CRM_SANDBOX_MCP_URL: 'http://127.0.0.1:9/sandbox',
      },
      REFUND_AGENT_CALLBACK: `http://127.0.0.1:9/callback?token=${CANARIES.CALLBACK_TOKEN}`,
    };
    const bot = await startBotProcess(env);
    workspace.setBotUrl(bot.url);
    const seen: string[] = [];
    const call = async (path: string, asking: Parameters<typeof ask>[2] = {}) => {
      const reply = await ask(bot, path, { key: CANARIES.REFUND_AGENT_KEY, ...asking });
      seen.push(JSON.stringify({ ...reply, headers: [...reply.headers] }));
      return reply.body;
    };
    const settled = (body: ReturnType<typeof refund>) =>
      call('/v1/proposals?wait=40&until=settled', { body });

    expect((await settled(refund({ account: '5001', amount: '20.00' }))).state).toBe('executed');
    expect((await settled(refund({ account: '5003', amount: '20.00' }))).state).toBe('failed');
    await call('/v1/proposals?wait=2&until=settled', { body: refund({ account: '5005', amount: '20.00' }) });
    const waiting = await call('/v1/proposals?wait=30', {
      body: refund({ account: '5002', amount: '900.00' }),
    });
    const lea = as('lea');
    const card = await lea.waitFor(
      async () =>
        (await lea.messages('#refund-approvals')).find((each) =>
          each.text.startsWith(`#${waiting.number}: `),
        ),
      'the card',
      30_000,
    );
    seen.push(lea.textOf(card));
    await lea.click(card, 'Approve');
    await call(`/v1/proposals/${waiting.number}?wait=30&until=settled`);
    await call(`/v1/proposals/${waiting.number}/receipt`);
    const status = {
      action: 'crm.set_status',
      input: { customer: '5001', status: 'paused' },
      reason: 'Asked',
    };
    await call('/v1/proposals?wait=20', { body: status });
    const key = CANARIES.WRONG_AGENT_KEY;
    expect((await ask(bot, '/v1/proposals', { key })).status).toBe(401);
    for (const token of [CANARIES.WRONG_SYSTEM_TOKEN, CANARIES.FULFILMENT_TOKEN])
      await call('/v1/queues/fulfilment/events', { key: token });
    await call('/mcp', { body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} } });
    for (const command of [
      '/agent audit 5001',
      `/agent show ${waiting.number}`,
      '/agent status',
      '/agent checklist',
    ])
      seen.push(JSON.stringify(await as('dana').command(command, '#agent-ops')));
    for (const args of [
      ['checklist', '--json'],
      ['audit', 'export', '--format', 'jsonl'],
    ]) {
      const { stdout, stderr } = await runCountersign(args, env);
      seen.push(stdout, stderr);
    }
    // What stands in the wrong place is named, not shown.
    const { stderr } = await runCountersign(['lint'], {
      ...env,
      CALLBACK_TOKEN: '',
      REFUND_AGENT_CALLBACK: `x${CANARIES.CALLBACK_TOKEN}`,
    });
    seen.push(stderr);

    expect(bot.objections(Object.values(CANARIES))).toEqual([]);
    await bot.kill('SIGTERM');
    const toSlack: string = await (await fetch(`${workspace.url}/ui/requests`)).text();
    expect(toSlack).toContain(String(waiting.number));
    const rows = await dump(db.url);
    expect(rows).toContain('[secret]');
    const files = readdirSync(directory).filter(
      (name) => name !== 'old-token' && name !== 'manifests' && name !== 'calls',
    );
    expect({
      answers: canariesIn(seen.join('\n')),
      slack: canariesIn(toSlack),
      database: canariesIn(rows),
      files: canariesIn(files.map((name) => readFileSync(join(directory, name), 'utf8')).join('\n')),
    }).toEqual({ answers: [], slack: [], database: [], files: [] });
    await workspace.stop();
  });

  it('would be found', () => {
    for (const [name, secret] of Object.entries(CANARIES)) {
      expect(canariesIn(`x${secret}x`)).toContain(name);
      expect(canariesIn(Buffer.from(secret).toString('hex'))).toContain(name);
    }
    expect(canariesIn('nothing of it')).toEqual([]);
  });
});
