import type { Rate } from '../domain/manifest.ts';
import { ask, type Database, perDatabase } from './database.ts';
import { createSharedCall } from './shared-call.ts';

/** Asks, for all processes together, to call a system so often now. Zero: it may be; else the milliseconds to wait. */
export async function askSystem(
  database: Database,
  system: string,
  rate: Rate | undefined,
  calls: number,
): Promise<number> {
  return rate ? askOnce(database, system, rate, calls) : pauseOf(database)(system);
}

async function askOnce(
  { sql }: Database,
  system: string,
  rate: Rate | undefined,
  calls: number,
): Promise<number> {
  const [row] = await ask(sql<{ wait: number }[]>`
    select ask_system(${system}, ${rate?.limit ?? null}, ${rate?.perMs ?? null}, ${calls}) as wait`);
  return row?.wait ?? 0;
}

/** Of a system without a rate: only whether it is paused, which is the same for all who ask at once. */
const pauseOf = perDatabase((database) =>
  createSharedCall((system: string) => askOnce(database, system, undefined, 1)),
);

/** That it is up is the same for all who say so at once. */
const upOf = perDatabase(({ sql }) =>
  createSharedCall(async (system: string) => {
    await ask(sql`select note_system_up(${system})`);
  }),
);

/** It answered: a breaker that was open closes, and that is announced. */
export async function noteSystemUp(database: Database, system: string): Promise<void> {
  await upOf(database)(system);
}

export interface Trouble {
  /** False: it only asked for patience. */
  readonly failed: boolean;
  readonly pauseMs: number | undefined;
  /** For people. */
  readonly why: string;
}

/** Pauses a system for every process, for as long as it asks or as its breaker says; that one opens is announced. */
export async function noteSystemDown({ sql }: Database, system: string, trouble: Trouble): Promise<void> {
  const pauseMs = trouble.pauseMs === undefined ? null : Math.ceil(trouble.pauseMs);
  await ask(sql`select note_system_down(${system}, ${trouble.failed}, ${pauseMs}, ${trouble.why})`);
}

export interface SystemState {
  readonly system: string;
  /** The breaker: it failed several times in a row. */
  readonly open: boolean;
  readonly pausedUntil: Date;
  readonly why: string;
}

/** The systems that nobody calls at this moment. */
export async function listPausedSystems({ sql }: Database): Promise<SystemState[]> {
  const rows = await ask(sql<{ system: string; open: boolean; paused_until: Date; why: string | null }[]>`
    select system, open, paused_until, why from system_state where paused_until > clock_timestamp() order by system`);
  return rows.map(({ system, open, paused_until, why }) => ({
    system,
    open,
    pausedUntil: paused_until,
    why: why ?? '',
  }));
}
