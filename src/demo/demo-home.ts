import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRoot, rootDirectory } from './postgres-binaries.ts';

/** What a demo keeps between runs, one a checkout. */
export interface DemoHome {
  readonly postgres: string;
  /** The local workspace's state. */
  readonly workspace: string;
  /** A folder for manifests whose tiers expire soon. */
  readonly hurried: string;
  readonly secrets: DemoSecrets;
}

export interface DemoSecrets {
  readonly signingSecret: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly billingToken: string;
  readonly billingSandboxToken: string;
  readonly crmToken: string;
  readonly crmSandboxToken: string;
  readonly fulfilmentToken: string;
  readonly warehouseKey: string;
  readonly agentKey: string;
}

/** `.countersign/`; as root, whom Postgres refuses, a folder that its own user may enter. */
function demoFolder(): string {
  if (!isRoot()) return resolve('.countersign');
  return join(rootDirectory, `demo-${createHash('sha256').update(process.cwd()).digest('hex').slice(0, 12)}`);
}

export function openDemoHome(fresh: boolean, folder = demoFolder()): DemoHome {
  const workspace = join(folder, 'workspace.json');
  const secrets = join(folder, 'secrets.json');
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (fresh) for (const file of [workspace, secrets]) rmSync(file, { force: true });
  // What an older version kept is kept, and what it did not know is added.
  const kept = existsSync(secrets) ? (JSON.parse(readFileSync(secrets, 'utf8')) as Partial<DemoSecrets>) : {};
  const all: DemoSecrets = { ...newSecrets(), ...kept };
  writeFileSync(secrets, JSON.stringify(all, null, 2), { mode: 0o600 });
  return {
    postgres: join(folder, 'postgres'),
    workspace,
    hurried: join(folder, 'hurried-manifests'),
    secrets: all,
  };
}

function newSecrets(): DemoSecrets {
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  return {
    signingSecret: random(16),
    botToken: `xoxb-local-${random(12)}`,
    appToken: `xapp-local-${random(12)}`,
    billingToken: `billing-${random(16)}`,
    billingSandboxToken: `billing-sandbox-${random(16)}`,
    crmToken: `crm-${random(16)}`,
    crmSandboxToken: `crm-sandbox-${random(16)}`,
    fulfilmentToken: `fulfilment-${random(16)}`,
    warehouseKey: `whsec_${randomBytes(32).toString('base64')}`,
    agentKey: `whsec_${randomBytes(32).toString('base64')}`,
  };
}
