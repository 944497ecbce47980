import type { RenderedRequest } from '../domain/envelope.ts';
import type { ExecutionState } from '../domain/proposal.ts';
import { ask, type Database } from './database.ts';

/** One undoing of a confirmed rollback. */
export interface Compensation {
  readonly id: string;
  /** The write that it undoes. */
  readonly compensates: string;
  readonly rollback: string;
  readonly state: ExecutionState;
  readonly attempts: number;
  readonly error: string | null;
  readonly startedAt: Date | null;
  /** When a second operator confirmed it. */
  readonly confirmedAt: Date;
  /** As it was planned and confirmed. */
  readonly request: RenderedRequest;
}

export async function getCompensation({ sql }: Database, id: string): Promise<Compensation> {
  const [row] = await ask(sql<
    {
      compensates: string;
      rollback: string;
      state: ExecutionState;
      attempts: number;
      error: string | null;
      started_at: Date | null;
      request: RenderedRequest;
      confirmed_at: Date;
    }[]
  >`
    select e.compensates, e.rollback, e.state, e.attempts, e.error, e.started_at, i.request,
      c.at as confirmed_at
    from execution e join rollback_item i on i.compensation = e.id join rollback_confirmation c on c.rollback = e.rollback
    where e.id = ${id}`);
  if (!row) throw new Error(`execution ${id} undoes nothing`);
  const { started_at: startedAt, confirmed_at: confirmedAt, ...rest } = row;
  return { id, startedAt, confirmedAt, ...rest };
}
