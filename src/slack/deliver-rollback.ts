import { liveNameOf } from '../domain/drill-names.ts';
import { describeWho, findAction } from '../domain/manifest.ts';
import { hiddenFields } from '../domain/personal-fields.ts';
import type { Rollback } from '../domain/rollback.ts';
import { findDrillOf } from '../store/drills.ts';
import { findRollback, saveRollbackMessage } from '../store/rollbacks.ts';
import type { SlackMessage } from './cards/message.ts';
import { rollbackMessage } from './cards/rollback-message.ts';
import { rollbackReport } from './cards/rollback-report.ts';
import { deliverDrill } from './deliver-drill.ts';
import { isGone, updateAt } from './post.ts';
import { postAlert } from './post-alert.ts';
import type { Posting } from './session.ts';

/** Brings the plan's message in `alerts` to how far its undoing has come; posts it if it is not there. */
export async function deliverRollback(posting: Posting, id: string): Promise<void> {
  const { context, command } = posting;
  const rollback = await findRollback(context.database, id);
  if (!rollback) throw new Error(`there is no rollback ${id}`);
  if (isOfDrill(rollback)) {
    const drill = await findDrillOf(context.database, id);
    if (drill) await deliverDrill(posting, drill);
    return;
  }
  const message = rollbackMessage({ rollback, shown: shownOf(posting, rollback), command });
  if (rollback.place && (await updated(posting, rollback.place, message))) return;
  await saveRollbackMessage(context.database, id, await postAlert(posting, message));
}

async function updated(
  posting: Posting,
  place: NonNullable<Rollback['place']>,
  message: SlackMessage,
): Promise<boolean> {
  try {
    await updateAt(posting, place, message);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** The impact report, once it is over. */
export async function reportOf(posting: Posting, id: string): Promise<SlackMessage | undefined> {
  const { context } = posting;
  const rollback = await findRollback(context.database, id);
  if (!rollback || isOfDrill(rollback)) return undefined;
  const contacts = Object.fromEntries(
    Object.values(context.manifests.systems).map((system) => [
      system.id,
      describeWho(system.rollbackContact),
    ]),
  );
  return rollbackReport({ rollback, shown: shownOf(posting, rollback), contacts });
}

/** A drill tells of itself, in a message of its own. */
function isOfDrill({ scope }: Rollback): boolean {
  return scope.kind === 'system' && liveNameOf(scope.subject) !== undefined;
}

/** The fields of its actions that people may see. */
export function shownOf({ context }: Pick<Posting, 'context'>, { items }: Rollback): string[] {
  const names = [...new Set(items.map((item) => item.action))];
  const actions = names.flatMap((name) => findAction(context.manifests, name)?.action ?? []);
  const hidden = new Set(actions.flatMap(hiddenFields));
  return [...new Set(actions.flatMap(({ show }) => show))].filter((field) => !hidden.has(field));
}
