import { describe, expect, it } from 'vitest';
import { csvRecord } from '../../../src/domain/csv.ts';

describe('a CSV record', () => {
  it('quotes what RFC 4180 wants quoted, and ends in CRLF', () => {
    expect(csvRecord(['a', 'b,c', 'd"e', 'f\ng', null])).toBe('a,"b,c","d""e","f\ng",\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', ' =1', '\r=1', '\0=1', '"=1', '＝1', '＋1', '－1', '＠x'])(
    'keeps %j a text',
    (cell) => {
      expect(csvRecord([cell])).toMatch(/^"'/);
    },
  );

  it.each(['4471', 'Zoë', 'a=b', '{"a": -1}', '2026-11-03T12:00:00.000000Z'])(
    'leaves %j as it is',
    (cell) => {
      expect(csvRecord([cell])).not.toContain("'");
    },
  );
});
