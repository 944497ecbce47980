import { describe, expect, it } from 'vitest';
import { simulate } from '../../../bench/slack/simulate.ts';
import { freshDatabase } from '../../support/database.ts';

/** The small sizes of `npm run bench slack`: deterministic, since one clock that stands still until it is moved rules all of it. */
async function delivered(load: Parameters<typeof simulate>[1], processes = 1) {
  const database = await freshDatabase();
  try {
    return await simulate({ ownerUrl: database.url, appUrl: database.appUrl, processes }, load);
  } finally {
    await database.drop();
  }
}

describe('delivery within what Slack takes', () => {
  it('shows a lone proposal at once, and its decision without a further call', async () => {
    const lone = await delivered({ arrivals: [0], decided: 1 });
    expect(lone).toMatchObject({ posts: 1, updates: 0, refused: 0, visible: [0], settled: [0] });
  });

  it('shows a burst in lists, over two processes that share the turns', async () => {
    const burst = await delivered({ arrivals: Array<number>(60).fill(0), decided: 4 }, 2);
    expect(Math.max(...burst.visible)).toBeLessThanOrEqual(60 / 20 + 1);
    expect(burst.refused).toBe(0);
    expect(burst.callsPerProposal).toBeLessThanOrEqual(0.3);
    expect(Math.max(...burst.settled)).toBeLessThanOrEqual(2);
  });
});
