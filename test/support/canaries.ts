import postgres from 'postgres';

/** Secrets that stand nowhere else: whoever finds one knows where it came from. */
export const CANARIES = {
  BILLING_TOKEN: 'canary-01-billing-token-5512f0',
  BILLING_OLD: 'canary-02-billing+old/token=5512f1',
  CRM_TOKEN: 'canary-03-crm-token-5512f2',
  FULFILMENT_TOKEN: 'canary-04-fulfilment-token-5512f3',
  INVENTORY_TOKEN: 'canary-05-inventory-token-5512f4',
  REFUND_AGENT_KEY: `whsec_${Buffer.from('canary-06-refund-agent-key-5512f5').toString('base64')}`,
  REFUND_AGENT_OLD_KEY: `whsec_${Buffer.from('canary-07-refund-agent-old-5512f6').toString('base64')}`,
  WAREHOUSE_AGENT_KEY: `whsec_${Buffer.from('canary-08-warehouse-agent-5512f7').toString('base64')}`,
  DANAS_KEY: `whsec_${Buffer.from('canary-09-key-of-dana-s-cli-5512f8').toString('base64')}`,
  PAGER_KEY: 'canary-10-pager-key-5512f9',
  SLACK_BOT_TOKEN: 'xoxb-canary-11-bot-token-5512fa',
  SLACK_SIGNING_SECRET: 'canary-12-signing-secret-5512fb',
  SLACK_OLD_SIGNING_SECRET: 'canary-13-signing-secret-old-5512fc',
  AUDIT_SIGNING_KEY: Buffer.from('canary-14-audit-key-5512fd-32byte').subarray(0, 32).toString('base64'),
  CALLBACK_TOKEN: 'canary-15-callback-token-5512fe',
  BILLING_SANDBOX_TOKEN: 'canary-16-billing-sandbox-5512ff',
  CRM_SANDBOX_TOKEN: 'canary-17-crm-sandbox-551300',
  WRONG_AGENT_KEY: 'canary-18-somebody-s-guess-551301',
  WRONG_SYSTEM_TOKEN: 'canary-19-another-guess-551302',
  PGPASSWORD: 'canary-20-database-password-551303',
} as const;

/** As itself, and as it looks in a URL, in base64, in hex and in a JSON text. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    base64.slice(0, -1),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** The names of the canaries that stand in a text. */
export function canariesIn(text: string): string[] {
  return Object.entries(CANARIES).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : [],
  );
}

/** All that a database holds, every row of every table as text; what is kept as bytes is shown as text too. */
export async function dump(ownerUrl: string): Promise<string> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const tables = await sql<{ name: string }[]>`
      select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`;
    const rows = await Promise.all(
      tables.map(
        async ({ name }) => sql<{ row: string }[]>`select t::text as row from ${sql.unsafe(name)} t`,
      ),
    );
    const bytes = await sql<{ text: string }[]>`
      select encode(envelope, 'escape') as text from round union all select encode(body, 'escape') from proposal`;
    return [...rows.flat().map(({ row }) => row), ...bytes.map(({ text }) => text)].join('\n');
  } finally {
    await sql.end();
  }
}
