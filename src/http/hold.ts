import { isOpen, isSettled, type Proposal } from '../domain/proposal.ts';
import type { Hold } from './query.ts';
import type { Wakes } from './wakes.ts';

/** Reads until what is waited for is so, the time is over or the caller gone; resolves to what was read last. */
export async function holdUntil<T extends Proposal | undefined>(
  read: () => Promise<T>,
  id: string,
  hold: Hold,
  wakes: Wakes,
  gone: AbortSignal,
): Promise<T> {
  if (hold.waitMs === 0) return read();
  const deadline = performance.now() + hold.waitMs;
  for (;;) {
    const left = deadline - performance.now();
    const enough = new AbortController();
    // Listening first, so that a change between the reading and the waiting is not missed.
    const changed = wakes.waitFor(id, left, AbortSignal.any([gone, enough.signal]));
    try {
      const proposal = await read();
      if (!proposal || isReached(proposal, hold.until) || left <= 0 || gone.aborted) return proposal;
      await changed;
    } finally {
      enough.abort();
    }
  }
}

/** Nothing is waited for any more. */
export function isEnough(proposal: Proposal, { waitMs, until }: Hold): boolean {
  return waitMs === 0 || isReached(proposal, until);
}

function isReached(proposal: Proposal, until: Hold['until']): boolean {
  if (typeof until === 'object') return proposal.version > until.afterVersion;
  switch (until) {
    case 'judged':
      return proposal.state !== 'received';
    case 'decided':
      return !isOpen(proposal.state);
    case 'settled':
      return isSettled(proposal.state);
    default:
      return until satisfies never;
  }
}
