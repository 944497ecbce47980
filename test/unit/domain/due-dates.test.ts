import { describe, expect, it } from 'vitest';
import { overdueDates } from '../../../src/domain/due-dates.ts';
import { testManifests } from '../../support/context.ts';

const manifests = testManifests();
const overdue = (day: string) =>
  overdueDates(manifests, new Date(day)).map(({ name, what }) => `${name} ${what}`);

describe('overdueDates', () => {
  it('finds nothing while every day is to come', () => {
    expect(overdue('2026-11-23T12:00:00Z')).toEqual([]);
  });

  it('finds a credential from the day on which it was to be rotated', () => {
    expect(overdue('2026-12-29T23:59:59Z')).toEqual([]);
    expect(overdue('2026-12-30T00:00:00Z')).toEqual(['billing rotation']);
  });

  it('finds an agent’s key from the day on which it was to be another one', () => {
    expect(overdue('2027-04-29T23:59:59Z')).not.toContain('refund-agent rotation');
    expect(overdue('2027-04-30T00:00:00Z')).toContain('refund-agent rotation');
  });

  it('finds a system that is still written by hand after its last day', () => {
    expect(overdue('2027-02-20T23:59:59Z')).not.toContain('inventory by_hand');
    expect(overdue('2027-02-21T00:00:00Z')).toContain('inventory by_hand');
  });
});
