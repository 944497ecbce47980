import { describe, expect, it } from 'vitest';
import { pagerEvent } from '../../../src/domain/pager-event.ts';
import { cardView, execution } from '../../support/card-view.ts';

const proposal = (changes: Parameters<typeof cardView>[0] = {}) => cardView(changes).proposal;

describe('what a pager is told', () => {
  it('wakes somebody for what was given up, whatever became of it, until that is tried again', () => {
    const { action, body } = pagerEvent(
      proposal({ state: 'failed' }),
      { paged: false, givenUp: true },
      undefined,
    );
    expect(action).toBe('trigger');
    expect(JSON.stringify(body)).toContain('is stuck: what was to be done for it was given up');
  });

  it('is an incident while somebody was paged for what waits, under a key of its own', () => {
    const { action, body } = pagerEvent(proposal(), { paged: true, givenUp: false }, 'routing');
    expect(action).toBe('trigger');
    expect(body).toMatchObject({
      routing_key: 'routing',
      event_action: 'trigger',
      dedup_key: expect.stringMatching(/^countersign-prop_/),
      payload: {
        severity: 'critical',
        source: 'countersign',
        component: 'billing',
        summary: expect.stringContaining('#1042'),
      },
    });
  });

  it.each([
    ['pending', true, 'trigger'],
    ['pending', false, 'resolve'],
    ['unknown', false, 'trigger'],
    ['approved', true, 'resolve'],
    ['expired', true, 'resolve'],
    ['executed', false, 'resolve'],
  ] as const)('of what is %s (paged: %s) is to %s', (state, paged, action) => {
    expect(pagerEvent(proposal({ state, execution }), { paged, givenUp: false }, undefined).action).toBe(
      action,
    );
  });

  it('is an incident while nobody can say whether it was undone', () => {
    const request = { method: 'POST', path: '/void', body: undefined } as const;
    const undoing = (state: 'unknown' | 'executed') =>
      proposal({ state: 'executed', undoing: { id: 'u1', state, request, error: null } });
    const { action, body } = pagerEvent(undoing('unknown'), { paged: false, givenUp: false }, undefined);
    expect(action).toBe('trigger');
    expect(body).toMatchObject({ payload: { summary: expect.stringContaining('may have been undone') } });
    expect(pagerEvent(undoing('executed'), { paged: false, givenUp: false }, undefined).action).toBe(
      'resolve',
    );
  });

  it.each(['objected', 'lapsed'] as const)(
    'is an incident while it is written and %s, until it is undone',
    (state) => {
      const review = { state, dueAt: null };
      const { body } = pagerEvent(
        proposal({ state: 'executed', review }),
        { paged: false, givenUp: false },
        undefined,
      );
      expect(body).toMatchObject({
        event_action: 'trigger',
        payload: { summary: expect.stringContaining('is written, and') },
      });
      expect(
        pagerEvent(proposal({ state: 'rolled_back', review }), { paged: false, givenUp: false }, undefined)
          .action,
      ).toBe('resolve');
    },
  );

  it('holds no line that an agent broke, and fits', () => {
    const { body } = pagerEvent(
      proposal({ summary: `a\nb\u202e${'x'.repeat(5_000)}` }),
      { paged: true, givenUp: false },
      undefined,
    );
    const { summary } = body.payload as { summary: string };
    expect(summary).toContain('a b x');
    expect(summary.length).toBe(1_024);
    expect(body).not.toHaveProperty('routing_key');
  });

  it('takes an incident back under the key that opened it', () => {
    const opened = pagerEvent(proposal(), { paged: true, givenUp: false }, 'routing').body;
    const closed = pagerEvent(
      proposal({ state: 'rejected' }),
      { paged: true, givenUp: false },
      'routing',
    ).body;
    expect(closed).toEqual({ routing_key: 'routing', event_action: 'resolve', dedup_key: opened.dedup_key });
  });
});
