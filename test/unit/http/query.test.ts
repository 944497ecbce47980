import { describe, expect, it } from 'vitest';
import { HOLD_NAMES, LIST_NAMES, readHold, readListing, readQuery } from '../../../src/http/query.ts';

function detailOf(read: { ok: boolean; refusal?: { body: object | string | undefined } }): unknown {
  return read.ok ? undefined : Object(read.refusal?.body).detail;
}

const query = (text: string, known: readonly string[]) => readQuery(new URLSearchParams(text), known);

function hold(text: string) {
  const read = query(text, HOLD_NAMES);
  return read.ok ? readHold(read.value, 'judged') : read;
}

function listing(text: string) {
  const read = query(text, LIST_NAMES);
  return read.ok ? readListing(read.value) : read;
}

describe('reading how long to wait', () => {
  it.each([
    ['', { waitMs: 0, until: 'judged' }],
    ['wait=0', { waitMs: 0, until: 'judged' }],
    ['wait=60&until=settled', { waitMs: 60_000, until: 'settled' }],
    ['wait=5&after_version=7', { waitMs: 5_000, until: { afterVersion: 7 } }],
  ])('%j', (text, value) => {
    expect(hold(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['wait=61', 'wait is a number of seconds from 0 to 60.'],
    ['wait=-1', 'wait is'],
    ['wait=1.5', 'wait is'],
    ['wait=', 'wait is'],
    ['wait=10s', 'wait is'],
    ['until=done', 'until is one of judged, decided, settled.'],
    ['after_version=x', 'after_version is a whole number'],
    ['after_version=1&until=settled', 'exclude each other'],
    ['wait=1&wait=2', '"wait" stands twice'],
    ['wiat=1', '"wiat" is not known in the address; did you mean "wait"?'],
    ['zzzzzzzz=1', 'known are: wait, until, after_version'],
    ['wait=%00', 'NUL'],
  ])('refuses %j', (text, detail) => {
    expect(detailOf(hold(text))).toContain(detail);
  });
});

describe('reading what to list', () => {
  it('takes several states, an account, an instant, a cursor and a limit', () => {
    expect(
      listing('state=pending,approved&account=4471&since=2026-11-23T10:00:00%2B01:00&cursor=1042&limit=100'),
    ).toEqual({
      ok: true,
      value: {
        states: ['pending', 'approved'],
        account: '4471',
        since: new Date('2026-11-23T09:00:00Z'),
        before: 1042,
        limit: 100,
      },
    });
  });

  it.each([
    ['limit=0', 'from 1 to 100'],
    ['limit=101', 'from 1 to 100'],
    ['state=done', 'state is one or more'],
    ['state=', 'state is one or more'],
    ['since=yesterday', 'since is an instant'],
    ['since=2026-11-23', 'since is an instant'],
    ['since=2026-13-45T00:00:00Z', 'since is an instant'],
    ['cursor=abc', 'next_cursor'],
    ['status=pending', 'did you mean "state"?'],
  ])('refuses %j', (text, detail) => {
    expect(detailOf(listing(text))).toContain(detail);
  });
});
