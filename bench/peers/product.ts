import { fileURLToPath } from 'node:url';
import npm from '../../package.json' with { type: 'json' };
import { migrate } from '../../src/store/migrate.ts';
import { startChild } from '../frame/child.ts';
import { approval, proposal } from '../load/requests.ts';
import { AGENT, LEDGER_TOKEN, SLACK } from '../world/company.ts';
import type { Contender } from './contender.ts';

const MANIFESTS = fileURLToPath(new URL('../world/company', import.meta.url));
const SLACK_PROCESS = fileURLToPath(new URL('../world/slack.ts', import.meta.url));
const UUID = /"id":"prop_([0-9a-f-]+)"/;

/** Countersign's server, so many processes of it over one database, with a local Slack workspace in a process of its own. */
export function productAs(name: string, program: readonly string[], processes = 1): Contender {
  return {
    name,
    recorded: `select count(*)::int as n from proposal where state = 'executed'`,
    prepare: (databaseUrl) => migrate({ url: databaseUrl }),
    async start({ databaseUrl, ledgerUrl, profile }) {
      const slack = await startChild([SLACK_PROCESS], { PORT: '0' }, /apiUrl/);
      const args = profile === undefined ? program : ['--cpu-prof', `--cpu-prof-dir=${profile}`, ...program];
      const env = {
        ...{ DATABASE_URL: databaseUrl, HOST: '127.0.0.1', PORT: '0', LOG_FORMAT: 'json', MANIFESTS },
        ...{ LEDGER_URL: ledgerUrl, LEDGER_TOKEN, BENCH_AGENT_KEY: AGENT.key },
        SLACK_API_URL: String(slack.said.apiUrl),
        SLACK_BOT_TOKEN: SLACK.botToken,
        SLACK_SIGNING_SECRET: SLACK.signingSecret,
      };
      const children = await Promise.all(
        Array.from({ length: processes }, () => startChild(args, env, /"server\.started"/)),
      );
      return {
        pids: children.map(({ pid }) => pid),
        readyMs: Math.max(...children.map(({ readyMs }) => readyMs)),
        urls: children.map(({ said }) => String(said.url)),
        async propose(caller, n) {
          const { status, body } = await caller.call(proposal(n));
          const id = UUID.exec(body)?.[1];
          if (status !== 202 || id === undefined)
            throw new Error(`${name} did not accept it: ${status} ${body}`);
          return id;
        },
        async decide(caller, id) {
          const first = await caller.call(approval(id));
          // Slack's three seconds were over before it was durable, on a machine that others load: a person clicks again.
          const isLate = first.status === 404;
          const { status, body } = isLate ? await caller.call(approval(id)) : first;
          if (status !== 200 || !(isLate || body.includes('is approved')))
            throw new Error(`${name} did not record it: ${status} ${body}`);
        },
        ask: (signal, answer) => Promise.all(children.map((child) => child.ask(signal, answer))),
        async stop(signal) {
          await Promise.all(children.map((child) => child.stop(signal)));
          await slack.stop();
        },
      };
    },
  };
}

const SERVE = [fileURLToPath(new URL('../../src/main.ts', import.meta.url)), 'serve'];
const WITHOUT_SEALING = fileURLToPath(new URL('without-sealing.ts', import.meta.url));

export const product = productAs('product', SERVE);

/** How `npm start` calls Node: with the bundle where there is a fresh one. */
export const NPM_START: readonly string[] = npm.scripts.start.split(' ').slice(1);

export function productWith(options: { readonly processes: number; readonly sealing: boolean }): Contender {
  const { processes, sealing } = options;
  const name = `product_${processes}${sealing ? '' : '_unsealed'}`;
  return productAs(name, sealing ? SERVE : ['--import', WITHOUT_SEALING, ...SERVE], processes);
}
