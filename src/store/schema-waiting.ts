import { sql } from 'drizzle-orm';
import { type IndexBuilder, index } from 'drizzle-orm/pg-core';

type Column = Parameters<ReturnType<typeof index>['on']>[0];

/**
 * What waits, by who has to see to it, the most urgent first. What has begun to be decided goes before the rest, since it waits for one
 * more person.
 */
export function waitingIndexes(
  t: Record<'policy' | 'workflow' | 'tier' | 'id' | 'reviewDueAt', Column>,
): IndexBuilder[] {
  const urgency = sql`(case when state = 'in_review' then coalesce(review_due_at, '-infinity') when expires_at is null then '-infinity' else coalesce(due_at, expires_at) end)`;
  const toReview = sql`(coalesce(review_due_at, '-infinity'))`;
  return [
    index('proposal_waiting')
      .on(t.policy, t.workflow, t.tier, urgency, t.id)
      .where(sql`state in ('pending', 'in_review')`),
    index('proposal_review').on(t.reviewDueAt).where(sql`review_state = 'awaiting'`),
    index('proposal_to_review')
      .on(t.policy, t.workflow, t.tier, toReview, t.id)
      .where(sql`review_state = 'awaiting'`),
  ];
}
