import { fileURLToPath } from 'node:url';
import { EXIT, Stop } from '../errors.ts';
import { acme } from './acme.ts';
import { acmeAccounts } from './billing/acme-accounts.ts';
import { startBilling } from './billing/billing.ts';
import { startCrm } from './crm/crm.ts';
import { startDeciders, type Verdict } from './deciders.ts';
import { startDemoAgent } from './demo-agent.ts';
import { openDemoHome } from './demo-home.ts';
import { startFulfilment } from './fulfilment/fulfilment.ts';
import { writeHurriedManifests } from './hurried-manifests.ts';
import { startPostgres } from './postgres.ts';
import { startSandboxes } from './sandboxes.ts';
import { tour } from './tour.ts';
import { startWorkspace } from './workspace/start-workspace.ts';

const MANIFESTS = fileURLToPath(new URL('../../manifests', import.meta.url));
const SLACK_MANIFEST = fileURLToPath(new URL('../../slack-manifest.yml', import.meta.url));

/** Everything around the bot: it knows of none of this but what stands in `env`, as in production. */
export interface DemoWorld {
  /** The bot's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly pageUrl: string;
  readonly agentKey: string;
  /** Tells the surroundings where the bot answers, and lets the agent begin. */
  introduce(botUrl: string, options: { agent: boolean; log: (line: string) => void }): void;
  stop(): Promise<void>;
}

/** Starts the embedded Postgres, the billing system and the local Slack workspace, all on loopback. */
export async function startDemoWorld(options: {
  port: number;
  slackPort: number;
  fresh: boolean;
  /** What people do with everything, by themselves; `expire`: nothing, for as long as it takes. */
  decide?: Verdict | 'expire' | undefined;
  /** Where it keeps its data; the checkout's own by default. */
  folder?: string;
}): Promise<DemoWorld> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const home = openDemoHome(options.fresh, options.folder);
    const { secrets } = home;
    const postgres = await startPostgres({ dataDir: home.postgres, fresh: options.fresh }).catch(
      (error: unknown) => {
        throw new Stop(EXIT.unavailable, error instanceof Error ? error.message : 'Postgres does not start');
      },
    );
    stops.push(() => postgres.stop());
    const billing = await startBilling({
      databaseUrl: await postgres.ensureDatabase('billing'),
      token: secrets.billingToken,
    });
    stops.push(() => billing.stop());
    await billing.seed(acmeAccounts);
    const crm = await startCrm({
      databaseUrl: await postgres.ensureDatabase('crm'),
      token: secrets.crmToken,
    });
    stops.push(() => crm.stop());
    await crm.seed(acmeAccounts);
    const fulfilment = await startFulfilment({
      databaseUrl: await postgres.ensureDatabase('fulfilment'),
      token: secrets.fulfilmentToken,
    });
    stops.push(() => fulfilment.stop());
    const sandboxes = await startSandboxes(postgres.ensureDatabase, secrets);
    stops.push(() => sandboxes.stop());
    const botUrl = `http://127.0.0.1:${options.port}`;
    const workspace = await startWorkspace({
      port: options.slackPort,
      manifest: SLACK_MANIFEST,
      directory: acme,
      signingSecret: secrets.signingSecret,
      botToken: secrets.botToken,
      appToken: secrets.appToken,
      stateFile: home.workspace,
      tour: tour(botUrl, secrets.agentKey),
    }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE'
        ? new Stop(EXIT.unavailable, `port ${options.slackPort} is in use: choose another with --slack-port`)
        : error;
    });
    stops.push(() => workspace.stop());
    if (options.decide === 'expire') writeHurriedManifests(MANIFESTS, home.hurried);
    return {
      env: {
        ...(options.decide === 'expire' ? { MANIFESTS: home.hurried } : {}),
        DATABASE_URL: await postgres.ensureDatabase('countersign'),
        SLACK_BOT_TOKEN: secrets.botToken,
        SLACK_SIGNING_SECRET: secrets.signingSecret,
        SLACK_API_URL: workspace.apiUrl,
        PORT: String(options.port),
        HOST: '127.0.0.1',
        PUBLIC_URL: botUrl,
        BILLING_URL: billing.url,
        BILLING_TOKEN: secrets.billingToken,
        CRM_MCP_URL: crm.url,
        CRM_TOKEN: secrets.crmToken,
        ...sandboxes.env,
        FULFILMENT_TOKEN: secrets.fulfilmentToken,
        REFUND_AGENT_KEY: secrets.agentKey,
        WAREHOUSE_AGENT_KEY: secrets.warehouseKey,
        LOG_LEVEL: 'warn',
      },
      pageUrl: workspace.url,
      agentKey: secrets.agentKey,
      introduce(url, { agent, log }) {
        workspace.setBotUrl(url);
        billing.demandReceipts(`${url}/.well-known/jwks.json`);
        fulfilment.collectFrom(url, log);
        if (options.decide === 'approve' || options.decide === 'reject') {
          const deciders = startDeciders({ url: workspace.url, verdict: options.decide, log });
          stops.push(() => deciders.stop());
        }
        if (!agent) return;
        const running = startDemoAgent({ url, key: secrets.agentKey, log });
        stops.push(() => running.stop());
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A proposal of one's own, ready to be pasted into a shell. */
export function curlLine(botUrl: string, key: string): string {
  const body = JSON.stringify({
    action: 'billing.refund',
    input: { account: '4471', invoice: 'inv_9', amount: '1250.00' },
    reason: 'Charged twice, ticket 8841',
  });
  return `curl -sS ${botUrl}/v1/proposals -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${body}'`;
}
