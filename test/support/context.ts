import { fileURLToPath } from 'node:url';
import type { Connector } from '../../src/connectors/connector.ts';
import type { Context } from '../../src/context.ts';
import type { Manifests, System } from '../../src/domain/manifest.ts';
import { readSigningKey } from '../../src/domain/signing-key.ts';
import { createLogger } from '../../src/logger.ts';
import { loadManifests } from '../../src/manifests/load-manifests.ts';
import { type Loaded, parseManifests } from '../../src/manifests/parse-manifests.ts';
import { createPolicies } from '../../src/policies.ts';
import { createChanges } from '../../src/store/changes.ts';
import { openDatabase } from '../../src/store/database.ts';
import { saveManifests } from '../../src/store/manifest-versions.ts';

export const PROJECT_MANIFESTS = fileURLToPath(new URL('../../manifests', import.meta.url));

/** What the project's manifests ask of the environment, as the demo has it. */
export const TEST_ENV: Record<string, string> = {
  BILLING_URL: 'http://127.0.0.1:9',
  BILLING_TOKEN: 'billing-token-for-tests-only-0001',
  BILLING_SANDBOX_URL: 'http://127.0.0.1:9/sandbox',
  BILLING_SANDBOX_TOKEN: 'billing-sandbox-token-for-tests-0001',
  CRM_MCP_URL: 'http://127.0.0.1:9',
  CRM_TOKEN: 'crm-token-for-tests-only-0001',
  CRM_SANDBOX_MCP_URL: 'http://127.0.0.1:9/sandbox',
  CRM_SANDBOX_TOKEN: 'crm-sandbox-token-for-tests-0001',
  FULFILMENT_TOKEN: 'fulfilment-token-for-tests-only-0001',
  REFUND_AGENT_KEY: 'whsec_dGVzdC1rZXktb2YtdGhlLXJlZnVuZC1hZ2VudC0wMDAx',
  WAREHOUSE_AGENT_KEY: 'whsec_dGVzdC1rZXktb2YtdGhlLXdhcmVob3VzZS1hZ2VudC0x',
};

type Files = Record<string, string>;

/** The project's own manifests, without the rate that a test would have to wait for; `edit` may change the texts further. */
export function testManifests(
  env: Record<string, string> = TEST_ENV,
  edit: (files: Files) => Files = (files) => files,
): Manifests {
  const { files } = get(loadManifests(PROJECT_MANIFESTS, env));
  const billing = (files['systems/billing.yml'] ?? '').replace(/^ {2}rate: .*\n/m, '');
  return get(parseManifests(edit({ ...files, 'systems/billing.yml': billing }), env));
}

function get(loaded: Loaded): Manifests {
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.manifests;
}

const noConnector: Connector = {
  timeoutMs: 1_000,
  read: async () => ({ kind: 'not_sent', why: 'this test has no system', permanent: false }),
  write: async () => ({ kind: 'not_sent', why: 'this test has no system', permanent: false }),
  close: async () => {},
};

export interface TestContextOptions {
  /** `appUrl` of a fresh database. */
  readonly url: string;
  readonly manifests?: Manifests;
  readonly env?: Record<string, string>;
  readonly connectorOf?: (system: System) => Connector;
  readonly worker?: string;
}

/** A context over a real database, under the application's role; `close` ends its connections. */
export async function testContext(
  options: TestContextOptions,
): Promise<Context & { close(): Promise<void> }> {
  const database = openDatabase({ url: options.url, connections: 5 });
  const env = options.env ?? TEST_ENV;
  const manifests = options.manifests ?? testManifests(env);
  await saveManifests(database, manifests.digest, manifests.files);
  const signingKey = readSigningKey(Buffer.alloc(32, 7).toString('base64'), 'countersign-audit/test', false);
  return {
    database,
    changes: createChanges(database, 'application', signingKey.keyed),
    manifests,
    policyOf: createPolicies(database, manifests, env),
    connectorOf: options.connectorOf ?? (() => noConnector),
    signingKey,
    log: createLogger({ level: process.env.TEST_LOG ?? 'silent', pretty: true }),
    worker: options.worker ?? 'test',
    close: () => database.close(),
  };
}
