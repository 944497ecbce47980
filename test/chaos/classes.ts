import type { Manifests } from '../../src/domain/manifest.ts';
import { TEST_ENV, testManifests } from '../support/context.ts';

/** What a system offers against a doubled write: an idempotency key, a look-up, or nothing. */
export const CLASSES = ['key', 'find', 'none'] as const;
export type Class = (typeof CLASSES)[number];

/** Its own state tells whether it happened: each of the accounts has one refund. */
const FIND = `    find:
      get: /accounts/\${{ input.account }}
      happened: result.version != before.version
      absent: result.version == before.version
      settle: 1s
`;

/**
 * The project's manifests with the billing system in one class. Its `require` is taken out: that an invoice is refunded already would
 * hide a write that is sent twice.
 */
export function manifestsOf(
  kind: Class,
  billingUrl: string,
): { manifests: Manifests; env: Record<string, string> } {
  const env = { ...TEST_ENV, BILLING_URL: billingUrl };
  const manifests = testManifests(env, (files) => ({
    ...files,
    'systems/billing.yml': inClass(kind, files['systems/billing.yml'] ?? ''),
    // A day's budget would end before the writes of a full run do.
    'workflows/refunds.yml': (files['workflows/refunds.yml'] ?? '').replace(
      /^budget:[\s\S]*?(?=^tiers:)/m,
      '',
    ),
  }));
  return { manifests, env };
}

function inClass(kind: Class, text: string): string {
  const without = text
    .replace(/^ {4}require:[\s\S]*?(?=^ {4}do:)/m, '')
    .replace(/^ {4}find:[\s\S]*?(?=^ {4}undo:)/m, kind === 'find' ? FIND : '')
    .replace('timeout: 5s', 'timeout: 2s')
    .replace('rate: 20/s', 'rate: 1000/s');
  return kind === 'key' ? without : without.replace(/^ {2}idempotency:.*\n/m, '');
}
