import { z } from 'zod';
import type { BusinessHours } from '../domain/clock.ts';
import type { Organisation, PersonKey } from '../domain/manifest.ts';
import { channel, date, duration, person, secrets, text, timeOfDay, who } from './scalars.ts';

const currencies = new Set(Intl.supportedValuesOf('currency'));

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const businessHours = z
  .strictObject({
    days: z.array(z.enum(DAYS)).min(1, 'must name at least one day'),
    from: timeOfDay,
    to: timeOfDay,
    holidays: z.array(date).default([]),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be later in the day than from' })
  .transform(
    ({ days, ...rest }): BusinessHours => ({ ...rest, days: days.map((day) => DAYS.indexOf(day) + 1) }),
  );

const personKey = z
  .strictObject({ person, key: secrets })
  .transform((found): PersonKey => ({ person: found.person, keys: found.key }));

export const org = z
  .strictObject({
    name: text(80),
    currency: z
      .string()
      .refine((code) => currencies.has(code), 'must be a currency by its ISO 4217 code, such as USD'),
    timezone: z.string().refine(isTimezone, 'must be a time zone by its IANA name, such as America/New_York'),
    business_hours: businessHours.optional(),
    operators: z.array(who),
    same_person: z.array(z.array(person).min(2, 'must name two or more')).default([]),
    alerts: channel,
    audit_readers: z.union([z.literal('everyone'), z.array(who).min(1)], {
      error: 'must be everyone, or a list of people and groups',
    }),
    floor: z.strictObject({ irreversible: z.enum(['human', 'named']) }).optional(),
    drill_every: duration().optional(),
    cli: z.array(personKey).max(100, 'must be at most 100 people').default([]),
  })
  .transform(
    ({
      audit_readers: auditReaders,
      business_hours: businessHours,
      drill_every: drillEveryMs,
      same_person: samePerson,
      floor,
      ...found
    }): Organisation => ({
      ...found,
      auditReaders,
      businessHours,
      floor,
      drillEveryMs,
      samePerson,
    }),
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
