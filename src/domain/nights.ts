import { Temporal } from 'temporal-polyfill';

const SATURDAY = 6;

/** The next Saturday's 03:00 by the clocks of a zone, when fewest people look. */
export function saturdayNight(now: Date, timezone: string): Date {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timezone)
    .toPlainDate();
  const ahead = (SATURDAY - today.dayOfWeek + 7) % 7 || 7;
  const night = today.add({ days: ahead }).toZonedDateTime({ timeZone: timezone, plainTime: '03:00' });
  return new Date(night.epochMilliseconds);
}
