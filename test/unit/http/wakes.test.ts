import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { holdUntil } from '../../../src/http/hold.ts';
import { createWakes } from '../../../src/http/wakes.ts';

/** Long enough that only a wake ends it within a test's time. */
const LONG_MS = 60_000;

describe('waiting for a change', () => {
  it('ends with a notice about that proposal, for everybody who waits for it', async () => {
    const wakes = createWakes();
    const both = Promise.all([wakes.waitFor('a', LONG_MS), wakes.waitFor('a', LONG_MS)]);
    wakes.notify('a');
    await expect(both).resolves.toBeDefined();
  });

  it('does not end with a notice about another', async () => {
    const wakes = createWakes();
    const ended: string[] = [];
    const other = wakes.waitFor('a', LONG_MS).then(() => ended.push('a'));
    const own = wakes.waitFor('b', LONG_MS).then(() => ended.push('b'));
    wakes.notify('b');
    await own;
    wakes.notify('a');
    await other;
    expect(ended).toEqual(['b', 'a']);
  });

  it('ends at the end of its time', async () => {
    await expect(createWakes().waitFor('a', 1)).resolves.toBeUndefined();
  });

  it('ends for all when something may have been missed', async () => {
    const wakes = createWakes();
    const both = Promise.all([wakes.waitFor('a', LONG_MS), wakes.waitFor('b', LONG_MS)]);
    wakes.notifyAll();
    await expect(both).resolves.toBeDefined();
  });

  it('ends when it is aborted, also before it began', async () => {
    const wakes = createWakes();
    const abort = new AbortController();
    const waiting = wakes.waitFor('a', LONG_MS, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(wakes.waitFor('a', LONG_MS, abort.signal)).resolves.toBeUndefined();
  });
});

describe('holding an answer', () => {
  const gone = new AbortController().signal;
  const at = (state: Proposal['state'], version: number) => ({ state, version }) as Proposal;
  const hold = (until: Parameters<typeof holdUntil>[2]['until']) => ({ waitMs: LONG_MS, until });

  it('sees a change that comes while it reads', async () => {
    const wakes = createWakes();
    const states = [at('received', 1), at('pending', 2)];
    const read = async () => {
      const seen = states.shift();
      wakes.notify('p'); // It changes just after it was read.
      return seen;
    };
    expect(await holdUntil(read, 'p', hold('judged'), wakes, gone)).toMatchObject({ state: 'pending' });
  });

  it.each([
    ['judged', 'received', 'blocked'],
    ['judged', 'received', 'approved'],
    ['decided', 'pending', 'approved'],
    ['decided', 'in_review', 'rejected'],
    ['decided', 'pending', 'withdrawn'],
    ['settled', 'unknown', 'executed'],
    ['settled', 'executing', 'failed'],
  ] as const)('until %s goes on at %s and ends at %s', async (until, before, after) => {
    const wakes = createWakes();
    const states = [at(before, 1), at(after, 2)];
    const read = async () => {
      wakes.notify('p');
      return states.shift();
    };
    expect(await holdUntil(read, 'p', hold(until), wakes, gone)).toMatchObject({ state: after });
  });

  it('ends at any newer version, if one is named', async () => {
    const wakes = createWakes();
    const versions = [at('pending', 7), at('pending', 8)];
    const read = async () => {
      wakes.notify('p');
      return versions.shift();
    };
    expect(await holdUntil(read, 'p', hold({ afterVersion: 7 }), wakes, gone)).toMatchObject({ version: 8 });
  });

  it('answers with what is so when the time is over', async () => {
    const held = holdUntil(
      async () => at('received', 1),
      'p',
      { waitMs: 5, until: 'judged' },
      createWakes(),
      gone,
    );
    expect(await held).toMatchObject({ state: 'received' });
  });
});
