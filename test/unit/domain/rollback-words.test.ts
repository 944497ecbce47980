import { describe, expect, it } from 'vitest';
import { parseRollback } from '../../../src/domain/rollback-words.ts';

const ASKER = { now: new Date('2026-11-24T06:00:00Z'), timezone: 'America/New_York' };
const read = (text: string) => parseRollback(text, ASKER);

describe('/agent rollback', () => {
  it('reads what and since when', () => {
    const dayAgo = new Date('2026-11-23T06:00:00Z');
    expect(read('24h')).toEqual({ scope: { kind: 'everything', subject: '' }, since: dayAgo });
    expect(read('all 24h')).toEqual(read('24h'));
    expect(read('Billing 24h')).toEqual({ scope: { kind: 'named', subject: 'billing' }, since: dayAgo });
    expect(read('account 4471 24h')).toEqual({ scope: { kind: 'account', subject: '4471' }, since: dayAgo });
    expect(read('#1042')).toEqual({ scope: { kind: 'proposal', subject: '1042' }, since: null });
  });

  it('reads a time of day in the asker’s zone as the last time that it was', () => {
    expect(read('refund-agent since 00:40')).toMatchObject({ since: new Date('2026-11-24T05:40:00Z') });
    expect(read('refund-agent since 01:40')).toMatchObject({ since: new Date('2026-11-23T06:40:00Z') });
  });

  it('does nothing where it would have to guess', () => {
    expect(read('')).toHaveProperty('problem');
    expect(read('billing')).toHaveProperty('problem');
    expect(read('account')).toHaveProperty('problem');
    expect(read('yesterday')).toMatchObject({ problem: expect.stringContaining('say since yesterday') });
    expect(read('since yesterday')).toMatchObject({ since: new Date('2026-11-23T05:00:00Z') });
  });
});
