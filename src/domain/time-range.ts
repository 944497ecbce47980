import { Temporal } from 'temporal-polyfill';
import { capital, dayName, isAfter, isWeekday, readDay } from './day-words.ts';
import { type MomentWords, momentOn, readMoment } from './moment-words.ts';

export interface TimeRange {
  readonly from: Date;
  readonly until: Date;
  /** As it begins a sentence: `Past 7 days`, `Yesterday`, `Tue 3 Nov to Mon 9 Nov`. */
  readonly name: string;
  /** Exactly: `Tue 17 Nov 00:00 – 24:00 America/New_York`. */
  readonly label: string;
}

export interface Asker {
  readonly now: Date;
  /** IANA name; days are taken in it. */
  readonly timezone: string;
}

interface Clock {
  readonly now: Temporal.ZonedDateTime;
  readonly today: Temporal.PlainDate;
}

type Days = readonly [Temporal.PlainDate, Temporal.PlainDate];
type Found =
  | { readonly days: Days; readonly name: string }
  /** Without an end: to this moment. */
  | {
      readonly since: Temporal.ZonedDateTime;
      readonly until?: Temporal.ZonedDateTime;
      readonly name: string;
    }
  | { readonly problem: string }
  | undefined;

const UNDERSTOOD =
  'Understood are: today, yesterday, tuesday, last tuesday, past 24h, past 7 days, this week, last week, this month, last month, last year, ' +
  'nov 3, nov 3 2025, 2026-11-03, oct 20 9am, 3 days ago, since friday, since 01:40, and two of them with "to" between them.';

/** Reads a time that was, as a person writes it; nothing: the past 7 days. Days are whole, also when the clocks change. */
export function parseTimeRange(text: string, { now, timezone }: Asker): TimeRange | { problem: string } {
  const words = normalise(text) || 'past 7 days';
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timezone);
  const clock: Clock = { now: zoned, today: zoned.toPlainDate() };
  const found =
    futureOf(words) ??
    pastOf(words, clock) ??
    agoOf(words, clock) ??
    sinceOf(words, clock) ??
    namedOf(words, clock) ??
    daysOf(words, clock) ??
    momentsOf(words, clock);
  if (!found) return { problem: `I don't understand the time "${text.trim().slice(0, 60)}". ${UNDERSTOOD}` };
  return 'problem' in found ? found : rangeOf(found, clock);
}

/** From one moment to another, where nobody named a time. */
export function rangeBetween(from: Date, until: Date, name: string, timezone: string): TimeRange {
  const [since, now] = [from, until].map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  return rangeOf({ since, name }, { now, today: now.toPlainDate() });
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[–—]/g, '-')
    .replace(/[,.]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^between (.+) and (.+)$/, '$1 to $2')
    .replace(/^(on|from) /, '');
}

function futureOf(words: string): Found {
  return /^(tomorrow|next [a-z]+)$/.test(words)
    ? { problem: `${capital(words)} has not been yet.` }
    : undefined;
}

const UNITS = { minute: 'minutes', hour: 'hours', day: 'days', week: 'weeks', month: 'months' } as const;
type Unit = keyof typeof UNITS;
const SHORT: Readonly<Record<string, Unit>> = { m: 'minute', min: 'minute', h: 'hour', d: 'day', w: 'week' };

function isUnit(word: string): word is Unit {
  return Object.hasOwn(UNITS, word);
}

/** `past 24h`, `last 7 days`, `24h`, `past week`; `last week` is a week of the calendar. */
function pastOf(words: string, { now }: Clock): Found {
  const match = /^(?:(past|last) )?(\d{1,4}) ?([a-z]+)$/.exec(words) ?? /^(past) ()([a-z]+)$/.exec(words);
  const [, past, digits, word = ''] = match ?? [];
  const unit = SHORT[word] ?? word.replace(/s$/, '');
  if (!isUnit(unit) || (!past && !SHORT[word])) return undefined;
  const count = digits ? Number(digits) : 1;
  const since = now.subtract({ [UNITS[unit]]: count });
  if (count === 0 || now.year - since.year > 10)
    return { problem: 'Ask for a time between one minute and ten years.' };
  return { since, name: count === 1 ? `Past ${unit}` : `Past ${count} ${UNITS[unit]}` };
}

/** `3 days ago`: that whole day. */
function agoOf(words: string, { today }: Clock): Found {
  const [, digits, word = ''] = /^(\d{1,4}) (day|week|month)s? ago$/.exec(words) ?? [];
  if (!digits || !isUnit(word)) return undefined;
  if (Number(digits) > 3_660) return { problem: 'Ask for a time between one minute and ten years.' };
  const day = today.subtract({ [UNITS[word]]: Number(digits) });
  return { days: [day, day], name: dayName(day, today) };
}

/** `since friday`, `since nov 3`: to this moment. */
function sinceOf(words: string, clock: Clock): Found {
  const { now, today } = clock;
  const [, start] = /^since (.+)$/.exec(words) ?? [];
  if (start === undefined) return undefined;
  const moment = readMoment(start, today);
  if (moment) {
    const since = lastMoment(moment, clock);
    const name = momentName(since, today);
    return isFuture(since, clock)
      ? { problem: `${name} has not been yet.` }
      : { since, name: `Since ${name}` };
  }
  const day = readDay(start, today, today);
  if (!day) return undefined;
  const name = dayName(day, today);
  if (isAfter(day, today)) return { problem: `${name} has not been yet.` };
  return { since: day.toZonedDateTime(now.timeZoneId), name: `Since ${name}` };
}

function namedOf(words: string, { today }: Clock): Found {
  const week = today.subtract({ days: today.dayOfWeek - 1 });
  const month = today.with({ day: 1 });
  const year = today.with({ month: 1, day: 1 });
  const yesterday = today.subtract({ days: 1 });
  const named = new Map<string, Days>([
    ['today', [today, today]],
    ['yesterday', [yesterday, yesterday]],
    ['this week', [week, today]],
    ['last week', [week.subtract({ days: 7 }), week.subtract({ days: 1 })]],
    ['this month', [month, today]],
    ['last month', [month.subtract({ months: 1 }), month.subtract({ days: 1 })]],
    ['this year', [year, today]],
    ['last year', [year.subtract({ years: 1 }), year.subtract({ days: 1 })]],
  ]);
  const days = named.get(words);
  return days && { days, name: capital(words) };
}

/** One day, or two with `to` between them. */
function daysOf(words: string, { today }: Clock): Found {
  const [first = '', second, more] = words.split(/ (?:to|until|-) /);
  const from = readDay(first, today, today);
  if (!from || more !== undefined) return undefined;
  const name = dayName(from, today);
  if (isAfter(from, today)) return { problem: `${name} has not been yet.` };
  if (second === undefined) return { days: [from, from], name };
  const until = dayOfMonth(second, from) ?? readDay(second, today, latestEnd(from, second, today));
  if (!until) return undefined;
  const end = dayName(until, today);
  if (isAfter(from, until))
    return { problem: `${name} is after ${end}: write the earlier day first, or write the years.` };
  return { days: [from, until], name: `${name} to ${end}` };
}

/** `nov 3 to 9`. */
function dayOfMonth(words: string, from: Temporal.PlainDate): Temporal.PlainDate | undefined {
  const [, digits] = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(words) ?? [];
  if (digits === undefined) return undefined;
  return readDay(`${from.toString().slice(0, -2)}${digits.padStart(2, '0')}`, from, from);
}

/** `yesterday 2pm to 5pm`, `nov 3 9am to nov 4`; one moment alone is the hour that begins there. */
function momentsOf(words: string, clock: Clock): Found {
  const { now, today } = clock;
  const [first = '', second, more] = words.split(/ (?:to|until|-) /);
  const moment = readMoment(first, today);
  const day = moment ? undefined : readDay(first, today, today);
  if ((!moment && !day) || more !== undefined) return undefined;
  const since = moment ? lastMoment(moment, clock) : day?.toZonedDateTime(now.timeZoneId);
  const until = since && (second === undefined ? since.add({ hours: 1 }) : endOf(second, since, today));
  if (!since || !until) return undefined;
  const [start, end] = [momentName(since, today), momentName(until, today)];
  if (isFuture(since, clock)) return { problem: `${start} has not been yet.` };
  if (until.epochMilliseconds <= since.epochMilliseconds)
    return { problem: `${start} is not before ${end}: write the earlier moment first.` };
  return { since, until, name: `${start} to ${isSameDay(since, until) ? timeOf(until) : end}` };
}

/** A time of day alone is the next such after the beginning; a day is that whole day. */
function endOf(
  words: string,
  since: Temporal.ZonedDateTime,
  today: Temporal.PlainDate,
): Temporal.ZonedDateTime | undefined {
  const zone = since.timeZoneId;
  const moment = readMoment(words, today);
  if (!moment) return readDay(words, today, today)?.add({ days: 1 }).toZonedDateTime(zone);
  if (moment.day) return momentOn(moment.day, moment, zone);
  const day = since.toPlainDate();
  const same = momentOn(day, moment, zone);
  return same.epochMilliseconds > since.epochMilliseconds
    ? same
    : momentOn(day.add({ days: 1 }), moment, zone);
}

/** A time of day alone is the last that was. */
function lastMoment(moment: MomentWords, clock: Clock): Temporal.ZonedDateTime {
  const { now, today } = clock;
  const at = momentOn(moment.day ?? today, moment, now.timeZoneId);
  return moment.day || !isFuture(at, clock)
    ? at
    : momentOn(today.subtract({ days: 1 }), moment, now.timeZoneId);
}

function isFuture(at: Temporal.ZonedDateTime, { now }: Clock): boolean {
  return at.epochMilliseconds > now.epochMilliseconds;
}

function isSameDay(a: Temporal.ZonedDateTime, b: Temporal.ZonedDateTime): boolean {
  return a.toPlainDate().equals(b.toPlainDate());
}

function momentName(at: Temporal.ZonedDateTime, today: Temporal.PlainDate): string {
  return `${dayName(at.toPlainDate(), today)} ${timeOf(at)}`;
}

/** So that `dec 28 to jan 3` and `monday to wednesday` end after they begin, also when the end is still to come. */
function latestEnd(from: Temporal.PlainDate, second: string, today: Temporal.PlainDate): Temporal.PlainDate {
  if (isWeekday(second)) return from.add({ days: 6 });
  const halfYear = from.add({ months: 6 });
  return isAfter(halfYear, today) ? halfYear : today;
}

function rangeOf(found: Exclude<Found, { problem: string } | undefined>, { now, today }: Clock): TimeRange {
  const zone = now.timeZoneId;
  if ('since' in found) {
    const { since, until = now, name } = found;
    const label = `${momentName(since, today)} – ${momentName(until, today)} ${zone}`;
    return { from: dateOf(since), until: dateOf(until), name, label };
  }
  const [first, last] = found.days;
  const end = isAfter(last, first) ? `${dayName(last, today)} 24:00` : '24:00';
  return {
    from: dateOf(first.toZonedDateTime(zone)),
    until: dateOf(last.add({ days: 1 }).toZonedDateTime(zone)),
    name: found.name,
    label: `${dayName(first, today)} 00:00 – ${end} ${zone}`,
  };
}

function dateOf(at: Temporal.ZonedDateTime): Date {
  return new Date(at.epochMilliseconds);
}

function timeOf(at: Temporal.ZonedDateTime): string {
  return at.toPlainTime().toString({ smallestUnit: 'minute' });
}
