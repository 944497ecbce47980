import { Temporal } from 'temporal-polyfill';

/** When people are at work: days of the week (1 is Monday), hours of the clock on the wall, and days on which nobody is. */
export interface BusinessHours {
  readonly days: readonly number[];
  /** `09:00`, before `to`. */
  readonly from: string;
  readonly to: string;
  /** `2026-12-25` */
  readonly holidays: readonly string[];
}

/** Business hours where they are kept: an IANA zone. */
export interface WorkClock {
  readonly hours: BusinessHours;
  readonly timezone: string;
}

/** A year of one hour a week has less; hours that never come must not be looked for without end. */
const MOST_DAYS = 100_000;

/**
 * The instant that is `ms` after `from`: by the calendar where no work clock is given (a day is 24 hours, whatever the clocks on the
 * walls do), else counting only the time at which people are at work. It may be the very end of a working day.
 */
export function addTime(from: Date, ms: number, clock?: WorkClock): Date {
  if (!clock || ms <= 0) return new Date(from.getTime() + Math.max(0, ms));
  let left = ms;
  for (const { start, end } of workDays(from, clock)) {
    if (left <= end - start) return new Date(start + left);
    left -= end - start;
  }
  throw new RangeError('the business hours have no time for it');
}

/** The first instant, this one or a later, at which people are at work. */
export function nextWorkTime(at: Date, clock: WorkClock): Date {
  const [first] = workDays(at, clock);
  if (!first) throw new RangeError('the business hours have no time');
  return new Date(first.start);
}

export function isWorkTime(at: Date, clock: WorkClock): boolean {
  return nextWorkTime(at, clock).getTime() === at.getTime();
}

/** What is left of the working day at `from`, then every later one, in milliseconds of the epoch. */
function* workDays(from: Date, { hours, timezone }: WorkClock): Generator<{ start: number; end: number }> {
  const first = Temporal.Instant.fromEpochMilliseconds(from.getTime())
    .toZonedDateTimeISO(timezone)
    .toPlainDate();
  for (let ahead = 0; ahead < MOST_DAYS; ahead += 1) {
    const day = first.add({ days: ahead });
    if (!hours.days.includes(day.dayOfWeek) || hours.holidays.includes(day.toString())) continue;
    // What the clocks leave out begins when they go on; what they show twice begins the first time.
    const at = (plainTime: string) =>
      day.toZonedDateTime({ timeZone: timezone, plainTime }).epochMilliseconds;
    const start = Math.max(at(hours.from), from.getTime());
    const end = at(hours.to);
    if (start < end) yield { start, end };
  }
}
