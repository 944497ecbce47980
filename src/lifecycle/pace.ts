import type { Connector } from '../connectors/connector.ts';
import type { Context } from '../context.ts';
import { type Answer, describeAnswer } from '../domain/handoff.ts';
import type { System } from '../domain/manifest.ts';
import { closedUntil } from '../domain/windows.ts';
import { RetryLater } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { askSystem, noteSystemDown, noteSystemUp } from '../store/systems.ts';

/** The system could not be asked or written now; whoever wanted to tries again later. */
export class SystemAway extends RetryLater {
  readonly code = 'system_away';
}

/**
 * Takes what so many calls cost from what the system may be asked by all processes together. Throws {@link SystemAway} while it is
 * paused or its rate is used up.
 */
export async function askLeave(
  context: Pick<Context, 'database'>,
  system: System,
  calls: number,
): Promise<void> {
  const waitMs = await askSystem(context.database, system.id, system.rate, calls);
  if (waitMs > 0) throw new SystemAway(`${system.title} is not to be asked at this moment`, waitMs);
}

/** Throws {@link SystemAway} while nothing may be written there. `now` is the database's clock. */
export function refuseClosed(context: Context, system: System, now: Date): void {
  const until = closedUntil(system.closed, context.manifests.organisation.timezone, now);
  if (until) throw new SystemAway(`${system.title} is closed`, until.getTime() - now.getTime());
}

/**
 * A connector whose troubles are known to every process: a system that asks for patience (429, 503) is left alone by all of them, and
 * one that fails again and again has its breaker opened. That it is noted is no part of the call, and does not fail it.
 */
export function watchConnector(database: Database, system: System, connector: Connector): Connector {
  const watch = async (call: Promise<Answer>): Promise<Answer> => {
    const answer = await call;
    await note(database, system.id, answer).catch(() => {});
    return answer;
  };
  const { pin } = connector;
  return {
    timeoutMs: connector.timeoutMs,
    read: (request) => watch(connector.read(request)),
    write: (request, options) => watch(connector.write(request, options)),
    ...(pin ? { pin: (request, scope) => watch(pin(request, scope)) } : {}),
    close: () => connector.close(),
  };
}

async function note(database: Database, system: string, answer: Answer): Promise<void> {
  if (answer.kind === 'not_sent' && (answer.permanent || answer.ours)) return;
  const answered = answer.kind === 'answered';
  const failed = !answered || answer.status >= 500;
  const pauseMs =
    answered && (answer.status === 429 || answer.status === 503) ? answer.retryAfterMs : undefined;
  if (!failed && pauseMs === undefined) return noteSystemUp(database, system);
  return noteSystemDown(database, system, { failed, pauseMs, why: describeAnswer(answer) });
}
