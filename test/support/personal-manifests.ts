import type { Manifests } from '../../src/domain/manifest.ts';
import { TEST_ENV, testManifests } from './context.ts';

/** Values that stand nowhere else, of a field of each class. */
export const PERSONAL = {
  iban: 'DE02canary120300000000202051',
  ssn: 'canary-078-05-1120',
  note: 'canary-she-is-in-hospital',
  email: 'canary.anna@example.test',
  holder: 'Canary Anna Smith-Jones',
  receipt: 'canary-receipt-for-anna-77',
};

/** The project's refund with personal fields of every class, in its input, its record and its result. */
export function personalManifests(edit: (billing: string) => string = (text) => text): Manifests {
  return testManifests(TEST_ENV, (files) => ({
    ...files,
    'systems/billing.yml': edit(personalBilling(files['systems/billing.yml'] ?? '')),
  }));
}

export function personalBilling(text: string): string {
  const changes: [string, string][] = [
    [
      '        invoice: {',
      '        iban: { type: string }\n        ssn: { type: string }\n        note: { type: string }\n        email: { type: string }\n        invoice: {',
    ],
    [
      '    show: [refundable, balance]',
      '    fields: { iban: mask, ssn: hash, note: drop, email: show, holder: mask, receipt: drop }\n    show: [refundable, balance, holder]',
    ],
    ['    tell_agent: [id]', '    tell_agent: [id, receipt]'],
    [
      'do: { post: /refunds, body: { account:',
      'do: { post: /refunds, body: { iban: "${{ input.iban }}", ssn: "${{ input.ssn }}", note: "${{ input.note }}", email: "${{ input.email }}", account:',
    ],
  ];
  return changes.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`the manifest has no ${from}`);
    return all.replace(from, () => to);
  }, text);
}
