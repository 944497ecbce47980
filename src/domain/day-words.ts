import { Temporal } from 'temporal-polyfill';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const MONTHS = [
  ['jan', 'january'],
  ['feb', 'february'],
  ['mar', 'march'],
  ['apr', 'april'],
  ['may'],
  ['jun', 'june'],
  ['jul', 'july'],
  ['aug', 'august'],
  ['sep', 'sept', 'september'],
  ['oct', 'october'],
  ['nov', 'november'],
  ['dec', 'december'],
];
const WEEKDAY = /^(last )?(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/;
const MONTH_DAY = /^(?<month>[a-z]{3,9}) (?<day>\d{1,2})(?:st|nd|rd|th)?(?: (?<year>\d{4}))?$/;
const DAY_MONTH = /^(?<day>\d{1,2})(?:st|nd|rd|th)? (?<month>[a-z]{3,9})(?: (?<year>\d{4}))?$/;

/** The last such day up to `latest`: `today`, `tuesday`, `last tuesday` (before `latest`), `nov 3`, `3 nov 2025`, `2026-11-03`. */
export function readDay(
  words: string,
  today: Temporal.PlainDate,
  latest: Temporal.PlainDate,
): Temporal.PlainDate | undefined {
  if (words === 'today') return today;
  if (words === 'yesterday') return today.subtract({ days: 1 });
  const weekday = WEEKDAY.exec(words);
  if (weekday) return lastWeekday((weekday[2] ?? '').slice(0, 3), weekday[1] !== undefined, latest);
  if (/^\d{4}-\d{2}-\d{2}$/.test(words)) return readDate(words);
  const { month, day, year } = (MONTH_DAY.exec(words) ?? DAY_MONTH.exec(words))?.groups ?? {};
  const index = MONTHS.findIndex((names) => names.includes(month ?? '')) + 1;
  if (index === 0) return undefined;
  const inYear = (each: number) =>
    readDate(`${each}-${String(index).padStart(2, '0')}-${day?.padStart(2, '0')}`);
  if (year) return inYear(Number(year));
  // Five years hold a 29 February.
  return [0, 1, 2, 3, 4]
    .map((back) => inYear(latest.year - back))
    .find((each) => each && !isAfter(each, latest));
}

export function isWeekday(words: string): boolean {
  return WEEKDAY.test(words);
}

function lastWeekday(start: string, before: boolean, latest: Temporal.PlainDate): Temporal.PlainDate {
  const wanted = WEEKDAYS.findIndex((each) => each.startsWith(start)) + 1;
  const back = (latest.dayOfWeek - wanted + 7) % 7;
  return latest.subtract({ days: back === 0 && before ? 7 : back });
}

function readDate(iso: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(iso, { overflow: 'reject' });
  } catch {
    return undefined; // 30 February
  }
}

export function isAfter(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) > 0;
}

/** `Tue 3 Nov`, with the year where it is not this one. */
export function dayName(day: Temporal.PlainDate, today: Temporal.PlainDate): string {
  const weekday = (WEEKDAYS[day.dayOfWeek - 1] ?? '').slice(0, 3);
  const month = MONTHS[day.month - 1]?.[0] ?? '';
  const year = day.year === today.year ? '' : ` ${day.year}`;
  return `${capital(weekday)} ${day.day} ${capital(month)}${year}`;
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
