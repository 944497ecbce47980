import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '../../../src/domain/scope.ts';

const lines = ['GET /accounts/*', 'GET /refunds', 'POST /refunds/*/void', 'GET /'];

describe('cover a request', () => {
  it.each([
    ['GET', '/accounts/4471'],
    ['GET', '/accounts/a%20b'],
    ['GET', '/accounts/...'],
    ['GET', '/refunds?key=%2F..%2F&x=/../'],
    ['GET', '/refunds#part'],
    ['GET', '/re%66unds'],
    ['POST', '/refunds/r_1/void'],
  ])('lets %s %s pass', (method, path) => {
    expect(covers(lines, method, path)).toBe(true);
  });

  it.each([
    ['another method', 'POST', '/accounts/4471'],
    ['a method in lower case', 'get', '/accounts/4471'],
    ['a longer path', 'GET', '/accounts/4471/write-offs'],
    ['a shorter path', 'GET', '/accounts'],
    ['an empty segment', 'GET', '/accounts/'],
    ['another word', 'POST', '/refunds/r_1/voids'],
    ['an encoded slash', 'GET', '/accounts/1%2F2'],
    ['a slash encoded twice', 'GET', '/accounts/1%252F2'],
    ['a backslash', 'GET', '/accounts/1%5C2'],
    ['dots', 'GET', '/accounts/..'],
    ['encoded dots', 'GET', '/accounts/%2e%2E'],
    ['dots with a parameter', 'GET', '/accounts/..;x'],
    ['a line break', 'GET', '/accounts/1%0a'],
    ['broken encoding', 'GET', '/accounts/%E0%A4'],
    ['no slash in front', 'GET', 'accounts/1'],
    ['a host in front', 'GET', 'http://evil.test/accounts/1'],
    ['another host by two slashes', 'GET', '//evil.test/accounts/1'],
    ['the root', 'GET', '/'],
  ])('refuses %s', (_, method, path) => {
    expect(covers(lines, method, path)).toBe(false);
  });

  it('covers nothing without lines', () => {
    expect(covers([], 'GET', '/refunds')).toBe(false);
  });

  it('never covers what a URL parser would read as another path', () => {
    const piece = fc.constantFrom('a', '.', '..', '%2e', '%2F', '/', '\\', ';', '%', '\t', '*', '?', 'é');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/accounts/${pieces.join('')}`;
        if (!covers(lines, 'GET', path)) return;
        const parsed = new URL(path, 'http://billing.test').pathname;
        expect(decodeURIComponent(parsed)).toMatch(/^\/accounts\/[^/]+$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
