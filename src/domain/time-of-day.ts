import { Temporal } from 'temporal-polyfill';
import type { Asker } from './time-range.ts';

/** `01:40`: when it was that last in the asker's zone. Undefined: it is no time of day. */
export function timeOfDay(text: string, { now, timezone }: Asker): Date | undefined {
  const [, hour = '', minute = ''] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === '') return undefined;
  const present = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  const time = Temporal.PlainTime.from({ hour: Number(hour), minute: Number(minute) });
  const today = present.toPlainDate().toZonedDateTime({ timeZone: timezone, plainTime: time });
  const isAhead = today.epochMilliseconds > now.getTime();
  const at = isAhead
    ? present.toPlainDate().subtract({ days: 1 }).toZonedDateTime({ timeZone: timezone, plainTime: time })
    : today;
  return new Date(at.epochMilliseconds);
}
