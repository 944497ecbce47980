import { describe, expect, it } from 'vitest';
import { parseTimeRange } from '../../../src/domain/time-range.ts';

const newYork = { now: new Date('2026-11-17T20:04:30Z'), timezone: 'America/New_York' };

function read(text: string, asker = newYork): string {
  const found = parseTimeRange(text, asker);
  return 'problem' in found ? found.problem : `${found.name} | ${found.label}`;
}

describe('parseTimeRange', () => {
  it.each([
    ['', 'Past 7 days | Tue 10 Nov 15:04 – Tue 17 Nov 15:04 America/New_York'],
    ['today', 'Today | Tue 17 Nov 00:00 – 24:00 America/New_York'],
    [' Yesterday ', 'Yesterday | Mon 16 Nov 00:00 – 24:00 America/New_York'],
    ['tuesday', 'Tue 17 Nov | Tue 17 Nov 00:00 – 24:00 America/New_York'],
    ['last tuesday', 'Tue 10 Nov | Tue 10 Nov 00:00 – 24:00 America/New_York'],
    ['on thurs', 'Thu 12 Nov | Thu 12 Nov 00:00 – 24:00 America/New_York'],
    ['past 24h', 'Past 24 hours | Mon 16 Nov 15:04 – Tue 17 Nov 15:04 America/New_York'],
    ['last 3 days', 'Past 3 days | Sat 14 Nov 15:04 – Tue 17 Nov 15:04 America/New_York'],
    ['past hour', 'Past hour | Tue 17 Nov 14:04 – Tue 17 Nov 15:04 America/New_York'],
    ['2026-11-03', 'Tue 3 Nov | Tue 3 Nov 00:00 – 24:00 America/New_York'],
    ['nov 3', 'Tue 3 Nov | Tue 3 Nov 00:00 – 24:00 America/New_York'],
    ['3rd November, 2025', 'Mon 3 Nov 2025 | Mon 3 Nov 2025 00:00 – 24:00 America/New_York'],
    ['nov 20', 'Thu 20 Nov 2025 | Thu 20 Nov 2025 00:00 – 24:00 America/New_York'],
    ['feb 29', 'Thu 29 Feb 2024 | Thu 29 Feb 2024 00:00 – 24:00 America/New_York'],
    ['nov 3 to nov 9', 'Tue 3 Nov to Mon 9 Nov | Tue 3 Nov 00:00 – Mon 9 Nov 24:00 America/New_York'],
    ['nov 3 – nov 9', 'Tue 3 Nov to Mon 9 Nov | Tue 3 Nov 00:00 – Mon 9 Nov 24:00 America/New_York'],
    [
      'dec 28 to jan 3',
      'Sun 28 Dec 2025 to Sat 3 Jan | Sun 28 Dec 2025 00:00 – Sat 3 Jan 24:00 America/New_York',
    ],
    [
      'monday to wednesday',
      'Mon 16 Nov to Wed 18 Nov | Mon 16 Nov 00:00 – Wed 18 Nov 24:00 America/New_York',
    ],
    [
      'between nov 3 and nov 9',
      'Tue 3 Nov to Mon 9 Nov | Tue 3 Nov 00:00 – Mon 9 Nov 24:00 America/New_York',
    ],
    ['3 days ago', 'Sat 14 Nov | Sat 14 Nov 00:00 – 24:00 America/New_York'],
    ['since friday', 'Since Fri 13 Nov | Fri 13 Nov 00:00 – Tue 17 Nov 15:04 America/New_York'],
    ['since oct 20', 'Since Tue 20 Oct | Tue 20 Oct 00:00 – Tue 17 Nov 15:04 America/New_York'],
    ['this week', 'This week | Mon 16 Nov 00:00 – Tue 17 Nov 24:00 America/New_York'],
    ['last week', 'Last week | Mon 9 Nov 00:00 – Sun 15 Nov 24:00 America/New_York'],
    ['last month', 'Last month | Thu 1 Oct 00:00 – Sat 31 Oct 24:00 America/New_York'],
    ['last year', 'Last year | Wed 1 Jan 2025 00:00 – Wed 31 Dec 2025 24:00 America/New_York'],
    ['this year', 'This year | Thu 1 Jan 00:00 – Tue 17 Nov 24:00 America/New_York'],
    ['nov 3 to 9', 'Tue 3 Nov to Mon 9 Nov | Tue 3 Nov 00:00 – Mon 9 Nov 24:00 America/New_York'],
    ['since 01:40', 'Since Tue 17 Nov 01:40 | Tue 17 Nov 01:40 – Tue 17 Nov 15:04 America/New_York'],
    ['since 16:00', 'Since Mon 16 Nov 16:00 | Mon 16 Nov 16:00 – Tue 17 Nov 15:04 America/New_York'],
    ['since friday 9 pm', 'Since Fri 13 Nov 21:00 | Fri 13 Nov 21:00 – Tue 17 Nov 15:04 America/New_York'],
    [
      'yesterday 2pm to 5pm',
      'Mon 16 Nov 14:00 to 17:00 | Mon 16 Nov 14:00 – Mon 16 Nov 17:00 America/New_York',
    ],
    ['oct 20 9am', 'Tue 20 Oct 09:00 to 10:00 | Tue 20 Oct 09:00 – Tue 20 Oct 10:00 America/New_York'],
    [
      'yesterday at 10pm to 2am',
      'Mon 16 Nov 22:00 to Tue 17 Nov 02:00 | Mon 16 Nov 22:00 – Tue 17 Nov 02:00 America/New_York',
    ],
    [
      'between 12am and 12pm',
      'Tue 17 Nov 00:00 to 12:00 | Tue 17 Nov 00:00 – Tue 17 Nov 12:00 America/New_York',
    ],
    [
      'nov 3 to nov 4 17:30',
      'Tue 3 Nov 00:00 to Wed 4 Nov 17:30 | Tue 3 Nov 00:00 – Wed 4 Nov 17:30 America/New_York',
    ],
  ])('reads "%s" as %s', (text, range) => {
    expect(read(text)).toBe(range);
  });

  it.each([
    'feb 30',
    'marble 3',
    '4471',
    'past 5 parsecs',
    'everything',
    'nov 3 to',
    'a to b to c',
    'nov 3 to 31',
    '25:00',
    '13pm',
    'oct 20 9',
    '9:75',
  ])('says what it understands when it does not understand "%s"', (text) => {
    expect(read(text)).toMatch(/^I don't understand the time ".*". Understood are: today, .* nov 3/);
  });

  it.each([
    ['nov 9 to nov 3', 'Mon 9 Nov is after Tue 3 Nov: write the earlier day first, or write the years.'],
    ['2027-01-01', 'Fri 1 Jan 2027 has not been yet.'],
    ['tomorrow', 'Tomorrow has not been yet.'],
    ['today 11pm', 'Tue 17 Nov 23:00 has not been yet.'],
    ['since today 23:00', 'Tue 17 Nov 23:00 has not been yet.'],
    [
      'nov 3 9am to nov 2 9am',
      'Tue 3 Nov 09:00 is not before Mon 2 Nov 09:00: write the earlier moment first.',
    ],
    ['next week', 'Next week has not been yet.'],
    ['past 0h', 'Ask for a time between one minute and ten years.'],
    ['past 9000 days', 'Ask for a time between one minute and ten years.'],
  ])('says what is wrong with "%s"', (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  it.each([
    ['2026-11-01', 25],
    ['2026-03-08', 23],
    ['2026-07-04', 24],
  ])('takes the whole of %s where the clocks change: %d hours', (day, hours) => {
    const found = parseTimeRange(day, newYork);
    if ('problem' in found) throw new Error(found.problem);
    expect((found.until.getTime() - found.from.getTime()) / 3_600_000).toBe(hours);
  });

  it('takes an hour by the clock of its own day, not of the day on which it is asked', () => {
    const found = parseTimeRange('oct 20 9am', newYork);
    expect(found).toMatchObject({
      from: new Date('2026-10-20T13:00:00Z'),
      until: new Date('2026-10-20T14:00:00Z'),
    });
  });

  it('takes today where the asker is', () => {
    expect(read('today', { now: newYork.now, timezone: 'Asia/Tokyo' })).toBe(
      'Today | Wed 18 Nov 00:00 – 24:00 Asia/Tokyo',
    );
    const found = parseTimeRange('today', { now: newYork.now, timezone: 'Asia/Tokyo' });
    expect(found).toMatchObject({
      from: new Date('2026-11-17T15:00:00Z'),
      until: new Date('2026-11-18T15:00:00Z'),
    });
  });
});
