import type { SeedAccount } from './books.ts';

const ACCOUNTS = 40;
const INVOICES = 500;

/** Nobody's: what a drill writes to. Write `n` has an invoice of its own, `inv_<n>` of account `90<n % 40>`. */
export const sandboxAccounts: readonly SeedAccount[] = Array.from({ length: ACCOUNTS }, (_, at) => ({
  id: `90${at}`,
  name: `Sandbox customer ${at + 1}`,
  invoices: [
    ...Array.from({ length: INVOICES }, (_each, n) => n)
      .filter((n) => n % ACCOUNTS === at)
      .map((n) => ({ id: `inv_${n}`, amount: '250.00', state: 'paid' as const })),
    { id: 'open', amount: '1000.00', state: 'open' as const },
  ],
}));
