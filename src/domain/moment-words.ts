import type { Temporal } from 'temporal-polyfill';
import { readDay } from './day-words.ts';

const TIME = /^(?:(?<day>.+?) )??(?:at )?(?<hour>\d{1,2})(?::(?<minute>\d{2}))? ?(?<half>am|pm)?$/;

/** A moment of the asker's clock, as a person writes it. */
export interface MomentWords {
  /** Undefined: only a time of day was said. */
  readonly day: Temporal.PlainDate | undefined;
  readonly hour: number;
  readonly minute: number;
}

/** `oct 20 9am`, `yesterday 14:30`, `01:40`, `2 pm`; undefined: no time of day, or none that there is. */
export function readMoment(words: string, today: Temporal.PlainDate): MomentWords | undefined {
  const { day, hour, minute, half } = TIME.exec(words)?.groups ?? {};
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined;
  const said = Number(hour);
  if (half ? said < 1 || said > 12 : said > 23) return undefined;
  const minutes = Number(minute ?? 0);
  const named = day === undefined ? undefined : readDay(day, today, today);
  if (minutes > 59 || (day !== undefined && !named)) return undefined;
  return { day: named, hour: half ? (said % 12) + (half === 'pm' ? 12 : 0) : said, minute: minutes };
}

/** In a time zone, and by the clock there as it was on that day. */
export function momentOn(
  day: Temporal.PlainDate,
  { hour, minute }: MomentWords,
  timeZone: string,
): Temporal.ZonedDateTime {
  return day.toPlainDateTime({ hour, minute }).toZonedDateTime(timeZone);
}
