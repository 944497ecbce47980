import type { RenderedRequest } from '../domain/envelope.ts';
import type { ExecutionState } from '../domain/proposal.ts';
import { ask, type Database } from './database.ts';

/** One undoing of a confirmed rollback. */
export interface Compensation {
  readonly id: string;
  /** The write that it undoes. */
  readonly compensates: string;
  readonly rollback: string;
  /** As people call the rollback. */
  readonly rollbackNumber: number;
  readonly confirmedBy: { readonly id: string; readonly name: string };
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
      number: number;
      by_id: string;
      by_name: string;
    }[]
  >`
    select e.compensates, e.rollback, e.state, e.attempts, e.error, e.started_at, i.request,
      c.at as confirmed_at, c.by_id, c.by_name, r.number::int
    from execution e join rollback_item i on i.compensation = e.id join rollback_confirmation c on c.rollback = e.rollback
      join rollback r on r.id = e.rollback
    where e.id = ${id}`);
  if (!row) throw new Error(`execution ${id} undoes nothing`);
  const { started_at: startedAt, confirmed_at: confirmedAt, number, by_id, by_name, ...rest } = row;
  const confirmedBy = { id: by_id, name: by_name };
  return { id, startedAt, confirmedAt, rollbackNumber: number, confirmedBy, ...rest };
}
