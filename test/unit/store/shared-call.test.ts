import { describe, expect, it } from 'vitest';
import { createSharedCall } from '../../../src/store/shared-call.ts';

/** Answers in the order in which it is let. */
function controlled() {
  const begun: { key: string; settled: PromiseWithResolvers<string> }[] = [];
  const call = createSharedCall((key: string) => {
    const settled = Promise.withResolvers<string>();
    begun.push({ key, settled });
    return settled.promise;
  });
  return { begun, call };
}

describe('a shared call', () => {
  it('begins at once for a lone caller, and anew for the next', async () => {
    const { begun, call } = controlled();
    const first = call('a');
    begun[0]?.settled.resolve('1');
    expect(await first).toBe('1');
    const second = call('a');
    begun[1]?.settled.resolve('2');
    expect(await second).toBe('2');
  });

  it('is one for all who ask while another is under way, begun after that is over', async () => {
    const { begun, call } = controlled();
    const first = call('a');
    const others = [call('a'), call('a'), call('a')];
    expect(begun).toHaveLength(1);
    begun[0]?.settled.resolve('old');
    expect(await first).toBe('old');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.settled.resolve('new');
    expect(await Promise.all(others)).toEqual(['new', 'new', 'new']);
    expect(begun).toHaveLength(2);
  });

  it('fails for those who shared it, and for nobody behind it', async () => {
    const { begun, call } = controlled();
    const first = call('a');
    const behind = call('a');
    begun[0]?.settled.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.settled.resolve('fine');
    expect(await behind).toBe('fine');
  });

  it('is not shared between keys', () => {
    const { begun, call } = controlled();
    void call('a');
    void call('b');
    expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
  });
});
