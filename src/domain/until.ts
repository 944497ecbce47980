import { Temporal } from 'temporal-polyfill';
import { dayName, isAfter, isWeekday, readDay } from './day-words.ts';
import type { Asker } from './time-range.ts';

export interface Until {
  readonly at: Date;
  /** `Fri 20 Nov 00:00 America/New_York` */
  readonly label: string;
}

const UNDERSTOOD =
  'Understood are: until friday, until friday 17:00, until tomorrow, until nov 30, until 2026-11-30, for 3 days, for 24h.';
const YEAR_DAYS = 366;

/** Reads a time that is to come. A day means its beginning: who is away until Monday is there on Monday. */
export function parseUntil(text: string, { now, timezone }: Asker): Until | { readonly problem: string } {
  const words = text.toLowerCase().replace(/[,.]/g, ' ').replace(/\s+/g, ' ').trim();
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  const found = spanOf(words, zoned) ?? dayOf(words, zoned);
  if (!found) return { problem: `I don't understand until when. ${UNDERSTOOD}` };
  if (found.epochMilliseconds <= now.getTime()) return { problem: 'That time is over already.' };
  if (found.epochMilliseconds > zoned.add({ days: YEAR_DAYS }).epochMilliseconds)
    return { problem: 'That is more than a year away.' };
  const time = found.toPlainTime().toString({ smallestUnit: 'minute' });
  return {
    at: new Date(found.epochMilliseconds),
    label: `${dayName(found.toPlainDate(), zoned.toPlainDate())} ${time} ${timezone}`,
  };
}

/** `for 3 days`, `24h` */
function spanOf(words: string, now: Temporal.ZonedDateTime): Temporal.ZonedDateTime | undefined {
  const [, count = '', unit = ''] = /^(?:for )?(\d{1,3}) ?(h|hours?|d|days?|w|weeks?)$/.exec(words) ?? [];
  if (count === '') return undefined;
  const units = { h: 'hours', d: 'days', w: 'weeks' } as const;
  const [first] = unit;
  return first === 'h' || first === 'd' || first === 'w'
    ? now.add({ [units[first]]: Number(count) })
    : undefined;
}

/** `until friday`, `until friday 17:00`, `until nov 30` */
function dayOf(words: string, now: Temporal.ZonedDateTime): Temporal.ZonedDateTime | undefined {
  const [, named = '', hour, minute] =
    /^(?:until |till |to )?(.+?)(?: (?:at )?(\d{1,2}):(\d{2}))?$/.exec(words) ?? [];
  const today = now.toPlainDate();
  const day = nextDay(named, today);
  if (!day || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59) return undefined;
  const plainTime = { hour: Number(hour ?? 0), minute: Number(minute ?? 0) };
  return day.toZonedDateTime({ timeZone: now.timeZoneId, plainTime });
}

/** The next such day: a weekday after today, a date without its year in the year to come. */
function nextDay(words: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (words === 'tomorrow') return today.add({ days: 1 });
  const weekday = words.replace(/^next /, '');
  if (isWeekday(weekday)) return readDay(weekday, today, today.add({ days: 7 }));
  const last = readDay(words, today, today.add({ days: YEAR_DAYS - 2 }));
  return last && isAfter(today, last) ? undefined : last;
}
