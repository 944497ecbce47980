import { describe, expect, it } from 'vitest';
import { deadlinesOf } from '../../../src/domain/deadlines.ts';

const organisation = {
  timezone: 'America/New_York',
  businessHours: { days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00', holidays: ['2026-11-26'] },
};
const HOUR = 3_600_000;
const remind = { afterMs: 2 * HOUR, remind: true, add: [], page: false };
const tier = { clock: 'business' as const, slaMs: 4 * HOUR, expiresMs: 48 * HOUR, escalate: [remind] };

describe('the deadlines of a tier', () => {
  it('run from the commit by the calendar, whatever the time is', () => {
    expect(deadlinesOf({ ...tier, clock: 'calendar' }, organisation, undefined)).toEqual({
      due: { inMs: 4 * HOUR },
      expires: { inMs: 48 * HOUR },
      steps: [{ due: { inMs: 2 * HOUR }, step: remind }],
    });
  });

  it('are instants in business hours, and what is left after the SLA is left also over a weekend', () => {
    const friday = new Date('2026-11-20T22:00:00Z');
    expect(deadlinesOf(tier, organisation, friday)).toEqual({
      due: { at: new Date('2026-11-23T17:00:00Z') },
      expires: { at: new Date('2026-11-25T13:00:00Z') },
      steps: [{ due: { at: new Date('2026-11-23T15:00:00Z') }, step: remind }],
    });
  });

  it('are not due where there is no SLA, and expire all the same', () => {
    const found = deadlinesOf(
      { ...tier, slaMs: undefined, escalate: [] },
      organisation,
      new Date('2026-11-20T22:00:00Z'),
    );
    expect(found).toEqual({ due: undefined, expires: { at: new Date('2026-11-22T22:00:00Z') }, steps: [] });
  });

  it('can not be told in business hours by somebody who does not know the time', () => {
    expect(() => deadlinesOf(tier, organisation, undefined)).toThrow('the database’s time');
  });
});
