import { Temporal } from 'temporal-polyfill';
import type { DayWindow } from './connector-config.ts';

/**
 * When a system that is closed now opens again; undefined: it is open. Days are those of the zone, so that a window keeps its hours
 * of the clock when the clocks change. One window may follow another.
 */
export function closedUntil(windows: readonly DayWindow[], timezone: string, now: Date): Date | undefined {
  let at = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  let closed = false;
  for (const _ of windows) {
    const end = windows.map((window) => endOf(window, at)).find((each) => each !== undefined);
    if (!end) break;
    [at, closed] = [end, true];
  }
  return closed ? new Date(at.epochMilliseconds) : undefined;
}

function endOf({ from, to }: DayWindow, at: Temporal.ZonedDateTime): Temporal.ZonedDateTime | undefined {
  for (const days of [-1, 0]) {
    const day = at.toPlainDate().add({ days });
    const start = day.toZonedDateTime({ timeZone: at.timeZoneId, plainTime: from });
    const endDay = to <= from ? day.add({ days: 1 }) : day;
    const end = endDay.toZonedDateTime({ timeZone: at.timeZoneId, plainTime: to });
    const inside =
      Temporal.ZonedDateTime.compare(at, start) >= 0 && Temporal.ZonedDateTime.compare(at, end) < 0;
    if (inside) return end;
  }
  return undefined;
}
