import { describe, expect, it } from 'vitest';
import { closedUntil } from '../../../src/domain/windows.ts';

const NIGHT = [{ from: '03:00', to: '04:30' }];
const at = (time: string) => new Date(time);
const until = (windows: Parameters<typeof closedUntil>[0], time: string, zone = 'America/New_York') =>
  closedUntil(windows, zone, at(time))?.toISOString();

describe('closedUntil', () => {
  it('is open outside of every window, and closed from its first moment to before its last', () => {
    expect(until([], '2026-11-23T08:00:00Z')).toBeUndefined();
    expect(until(NIGHT, '2026-11-23T07:59:59.999Z')).toBeUndefined();
    expect(until(NIGHT, '2026-11-23T08:00:00Z')).toBe('2026-11-23T09:30:00.000Z');
    expect(until(NIGHT, '2026-11-23T09:29:59.999Z')).toBe('2026-11-23T09:30:00.000Z');
    expect(until(NIGHT, '2026-11-23T09:30:00Z')).toBeUndefined();
  });

  it('keeps the hours of the clock in summer and winter', () => {
    expect(until(NIGHT, '2026-07-01T07:00:00Z')).toBe('2026-07-01T08:30:00.000Z');
    expect(until(NIGHT, '2026-07-01T09:00:00Z')).toBeUndefined();
  });

  it('may go over midnight', () => {
    const late = [{ from: '23:30', to: '00:30' }];
    expect(until(late, '2026-11-23T23:45:00Z', 'UTC')).toBe('2026-11-24T00:30:00.000Z');
    expect(until(late, '2026-11-24T00:15:00Z', 'UTC')).toBe('2026-11-24T00:30:00.000Z');
    expect(until(late, '2026-11-24T00:30:00Z', 'UTC')).toBeUndefined();
  });

  it('goes on where one window follows another', () => {
    const both = [
      { from: '03:00', to: '04:00' },
      { from: '04:00', to: '05:00' },
    ];
    expect(until(both, '2026-11-23T03:10:00Z', 'UTC')).toBe('2026-11-23T05:00:00.000Z');
  });

  it('ends also where the hour does not exist, or exists twice', () => {
    // On 8 March 2026 the clocks of New York go from 02:00 to 03:00, on 1 November from 02:00 back to 01:00.
    const window = [{ from: '01:30', to: '02:30' }];
    expect(until(window, '2026-03-08T06:45:00Z')).toBe('2026-03-08T07:30:00.000Z');
    expect(until(window, '2026-11-01T05:45:00Z')).toBe('2026-11-01T07:30:00.000Z');
  });
});
