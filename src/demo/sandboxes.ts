import { startBilling } from './billing/billing.ts';
import { sandboxAccounts } from './billing/sandbox-accounts.ts';
import { startCrm } from './crm/crm.ts';
import type { DemoSecrets } from './demo-home.ts';

/** The doubles of billing and the CRM, each with books and a token of its own, as a vendor offers them. */
export async function startSandboxes(
  databaseOf: (name: string) => Promise<string>,
  secrets: Pick<DemoSecrets, 'billingSandboxToken' | 'crmSandboxToken'>,
): Promise<{ readonly env: Readonly<Record<string, string>>; stop(): Promise<void> }> {
  const billing = await startBilling({
    databaseUrl: await databaseOf('billing_sandbox'),
    token: secrets.billingSandboxToken,
    isSandbox: true,
  });
  const crm = await startCrm({
    databaseUrl: await databaseOf('crm_sandbox'),
    token: secrets.crmSandboxToken,
    isSandbox: true,
  });
  await billing.seed(sandboxAccounts);
  await crm.seed(
    Array.from({ length: 500 }, (_, n) => ({ id: `90${n}`, name: `Sandbox customer ${n + 1}` })),
  );
  return {
    env: {
      BILLING_SANDBOX_URL: billing.url,
      BILLING_SANDBOX_TOKEN: secrets.billingSandboxToken,
      CRM_SANDBOX_MCP_URL: crm.url,
      CRM_SANDBOX_TOKEN: secrets.crmSandboxToken,
    },
    stop: async () => {
      await Promise.all([billing.stop(), crm.stop()]);
    },
  };
}
