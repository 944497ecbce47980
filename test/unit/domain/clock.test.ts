import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTime, isWorkTime, nextWorkTime, type WorkClock } from '../../../src/domain/clock.ts';
import CLOCK_CHANGES from '../../cases/clock-changes.json' with { type: 'json' };

const HOUR = 3_600_000;
const weekdays = {
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '18:00',
  holidays: ['2026-11-26', '2026-12-25'],
};
const acme: WorkClock = { hours: weekdays, timezone: 'America/New_York' };
const at = (text: string) => new Date(text);

/** Acme works from nine to six in New York, Monday to Friday, but not on Thanksgiving and Christmas. */
const DAYS = [
  { it: 'counts on within a day', from: '2026-11-17T15:00:00Z', hours: 2, to: '2026-11-17T17:00:00Z' },
  { it: 'ends at the end of the day', from: '2026-11-17T22:00:00Z', hours: 1, to: '2026-11-17T23:00:00Z' },
  { it: 'goes on the next morning', from: '2026-11-17T22:00:00Z', hours: 2, to: '2026-11-18T15:00:00Z' },
  { it: 'passes over a weekend', from: '2026-11-20T22:00:00Z', hours: 4, to: '2026-11-23T17:00:00Z' },
  {
    it: 'begins in the morning at night',
    from: '2026-11-17T05:00:00Z',
    hours: 1,
    to: '2026-11-17T15:00:00Z',
  },
  {
    it: 'begins on Monday on a Saturday',
    from: '2026-11-21T08:00:00Z',
    hours: 4,
    to: '2026-11-23T18:00:00Z',
  },
  { it: 'passes over a holiday', from: '2026-11-25T22:00:00Z', hours: 2, to: '2026-11-27T15:00:00Z' },
  {
    it: 'keeps the wall’s hours in spring',
    from: '2026-03-06T22:00:00Z',
    hours: 2,
    to: '2026-03-09T14:00:00Z',
  },
  {
    it: 'keeps the wall’s hours in autumn',
    from: '2026-10-30T21:00:00Z',
    hours: 2,
    to: '2026-11-02T15:00:00Z',
  },
];

describe('add time by the calendar', () => {
  it('counts hours that pass, also on the two days on which the clocks change', () => {
    expect(addTime(at('2026-03-08T05:00:00Z'), 24 * HOUR)).toEqual(at('2026-03-09T05:00:00Z'));
    expect(addTime(at('2026-11-01T05:00:00Z'), 24 * HOUR)).toEqual(at('2026-11-02T05:00:00Z'));
  });
});

describe('add time in business hours', () => {
  it.each(DAYS)('$it', ({ from, hours, to }) => {
    expect(addTime(at(from), hours * HOUR, acme).toISOString()).toBe(at(to).toISOString());
  });

  // The times were worked out by another program (Python's zoneinfo), minute by minute.
  it.each(CLOCK_CHANGES)('in $zone, where the clocks go $go: $sla from $from is $to', (each) => {
    const clock = {
      hours: { days: [6, 7, 1], from: '00:00', to: '05:00', holidays: [] },
      timezone: each.zone,
    };
    const ms = each.minutes * 60_000;
    expect(addTime(at(each.from), ms, clock).toISOString()).toBe(at(each.to).toISOString());
  });
});

const ZONES = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Santiago'];
const clocks = fc.record({
  timezone: fc.constantFrom(...ZONES),
  hours: fc.record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: fc.constantFrom('00:00', '01:30', '02:15'),
    to: fc.constantFrom('02:30', '03:00', '12:00', '23:59'),
    holidays: fc.constantFrom([], ['2026-03-08', '2026-10-25']),
  }),
});
const instants = fc.date({
  min: at('2025-01-01T00:00:00Z'),
  max: at('2027-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const spans = fc.integer({ min: 1, max: 40 * HOUR });

describe('business time', () => {
  it('adds up: one span after the other is both at once', () => {
    fc.assert(
      fc.property(instants, spans, spans, clocks, (from, a, b, clock) => {
        expect(addTime(addTime(from, a, clock), b, clock)).toEqual(addTime(from, a + b, clock));
      }),
    );
  });

  it('is never less than the time that passes, and ends while somebody works', () => {
    fc.assert(
      fc.property(instants, spans, clocks, (from, ms, clock) => {
        const end = addTime(from, ms, clock);
        expect(end.getTime() - from.getTime()).toBeGreaterThanOrEqual(ms);
        expect(isWorkTime(new Date(end.getTime() - 1), clock)).toBe(true);
      }),
    );
  });

  it('goes the way of the time: who begins later does not end earlier', () => {
    fc.assert(
      fc.property(instants, fc.nat(100 * HOUR), spans, clocks, (from, later, ms, clock) => {
        const end = addTime(from, ms, clock).getTime();
        expect(addTime(new Date(from.getTime() + later), ms, clock).getTime()).toBeGreaterThanOrEqual(end);
      }),
    );
  });

  it('begins at the first moment of work, which a moment of work is itself', () => {
    fc.assert(
      fc.property(instants, clocks, (from, clock) => {
        const start = nextWorkTime(from, clock);
        expect(start.getTime()).toBeGreaterThanOrEqual(from.getTime());
        expect(nextWorkTime(start, clock)).toEqual(start);
        expect(addTime(from, 1, clock).getTime()).toBe(start.getTime() + 1);
      }),
    );
  });
});
