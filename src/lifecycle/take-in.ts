import type { Context } from '../context.ts';
import type { JsonObject } from '../domain/json.ts';
import type { System } from '../domain/manifest.ts';
import { keepInbox } from '../store/inbox.ts';

/** Keeps what a system tells agents, on record. Committed when it resolves to true; false: another event has that id already. */
export async function takeIn(
  context: Context,
  system: System,
  id: string,
  event: JsonObject,
): Promise<boolean> {
  return keepInbox(context.database, system.id, id, event);
}
