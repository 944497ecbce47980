import { describe, expect, it } from 'vitest';
import { cutForSeeMore } from '../../../src/demo/workspace/page/see-more.ts';

describe('cutForSeeMore', () => {
  it('folds nothing of a short text', () => {
    expect(cutForSeeMore('one\ntwo\nthree\nfour\nfive')).toBeUndefined();
    expect(cutForSeeMore('x'.repeat(700))).toBeUndefined();
  });

  it('folds from the sixth line on', () => {
    expect(cutForSeeMore('1\n2\n3\n4\n5\n6\n7')).toBe('1\n2\n3\n4\n5');
  });

  it('folds after 700 characters, between words, and says so', () => {
    const cut = cutForSeeMore('delete '.repeat(200)) ?? '';
    expect(cut.length).toBeLessThanOrEqual(701);
    expect(cut).toMatch(/delete…$/);
  });

  it('never cuts a reference in two', () => {
    expect(cutForSeeMore(`${'x'.repeat(690)}<https://a.test/very/long/address|label> and more`)).toBe(
      `${'x'.repeat(690)}…`,
    );
  });
});
