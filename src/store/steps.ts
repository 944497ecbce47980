import type { Who } from '../domain/manifest.ts';
import { ask, type Database } from './database.ts';

/** A step of the escalation that was done. */
export interface DoneStep {
  readonly remind: boolean;
  readonly add: readonly Who[];
  readonly page: boolean;
  readonly dueAt: Date;
  readonly doneAt: Date;
}

/**
 * Does up to `limit` proposals' due steps, each once whoever else is at it; committed with their events and what is to be told when it
 * resolves. Returns how many.
 */
export async function takeSteps({ sql }: Database, limit: number): Promise<number> {
  const [row] = await ask(sql<{ steps: number }[]>`select take_steps(${limit}) as steps`);
  return row?.steps ?? 0;
}

interface Row {
  what: { remind: boolean; add: Who[]; page: boolean };
  due_at: Date;
  done_at: Date;
}

export async function findDoneStep(
  { sql }: Database,
  proposalId: string,
  round: number,
  n: number,
): Promise<DoneStep | undefined> {
  const [row] = await ask(sql<Row[]>`
    select what, due_at, done_at from step
    where proposal_id = ${proposalId} and round = ${round} and n = ${n} and done_at is not null`);
  return row && { ...row.what, dueAt: row.due_at, doneAt: row.done_at };
}

/** Whether somebody was paged in this round. */
export async function wasPaged({ sql }: Database, proposalId: string, round: number): Promise<boolean> {
  const [row] = await ask(sql<{ paged: boolean }[]>`
    select exists (select 1 from step where proposal_id = ${proposalId} and round = ${round}
      and done_at is not null and (what ->> 'page')::boolean) as paged`);
  return row?.paged ?? false;
}
