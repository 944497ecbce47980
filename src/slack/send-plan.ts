import { csvRecord } from '../domain/csv.ts';
import { amountOf } from '../domain/money.ts';
import type { Person } from '../domain/person.ts';
import type { Rollback, RollbackItem } from '../domain/rollback.ts';
import { scopeName } from './cards/rollback-pieces.ts';
import { shownOf } from './deliver-rollback.ts';
import { sendCsvFile } from './send-file.ts';
import type { Session } from './session.ts';

const COLUMNS = [
  'number',
  'account',
  'system',
  'agent',
  'action',
  'summary',
  'amount',
  'currency',
  'approved_by',
  'class',
  'why',
  'state',
  'changed',
];

/** Sends them every write of a plan as a file, the first to be undone first, and says so. The caller has made sure that they may. */
export async function sendPlan(session: Session, rollback: Rollback, person: Person): Promise<string> {
  const { number, id, items } = rollback;
  const shown = shownOf(session, rollback);
  const refused = await sendCsvFile(session, person, {
    name: `rollback-${number}.csv`,
    title: `Rollback ${number}, ${scopeName(rollback)}: plan ${id}`,
    records: [csvRecord(COLUMNS), ...items.map((item) => recordOf(item, shown))],
  });
  if (refused) return `${refused} The whole plan is in: countersign rollback --show ${id}`;
  return `All ${items.length.toLocaleString('en-US')} of rollback ${number} are in your direct messages, as a CSV.`;
}

/** Of what somebody has changed only the fields that people may see. */
function recordOf(item: RollbackItem, shown: readonly string[]): string {
  const changed = Object.entries(item.diff ?? {}).filter(([field]) => shown.includes(field));
  return csvRecord([
    String(item.number),
    item.account,
    item.system,
    item.agent,
    item.action,
    item.summary,
    item.impact && amountOf(item.impact),
    item.impact?.currency ?? null,
    item.byHuman ? 'people' : 'the agent alone',
    item.class,
    item.why,
    item.state,
    changed.length > 0 ? JSON.stringify(Object.fromEntries(changed)) : null,
  ]);
}
