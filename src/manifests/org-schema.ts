import { z } from 'zod';
import type { Organisation } from '../domain/manifest.ts';
import { channel, text, who } from './scalars.ts';

const currencies = new Set(Intl.supportedValuesOf('currency'));

export const org = z
  .strictObject({
    name: text(80),
    currency: z
      .string()
      .refine((code) => currencies.has(code), 'must be a currency by its ISO 4217 code, such as USD'),
    timezone: z.string().refine(isTimezone, 'must be a time zone by its IANA name, such as America/New_York'),
    operators: z.array(who),
    alerts: channel,
    audit_readers: z.union([z.literal('everyone'), z.array(who).min(1)], {
      error: 'must be everyone, or a list of people and groups',
    }),
    floor: z.strictObject({ irreversible: z.enum(['human', 'named']) }).optional(),
  })
  .transform(
    ({ audit_readers: auditReaders, floor, ...found }): Organisation => ({ ...found, auditReaders, floor }),
  );

function isTimezone(zone: string): boolean {
  try {
    // Offsets such as +01:00 pass Intl too, but know no summer time.
    return (
      /^[A-Za-z]/.test(zone) &&
      new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}
