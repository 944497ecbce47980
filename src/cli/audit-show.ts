import { userInfo } from 'node:os';
import type { AuditSubject } from '../domain/audit-subject.ts';
import { formatTime } from '../domain/format-time.ts';
import { parseTimeRange } from '../domain/time-range.ts';
import { EXIT, Stop } from '../errors.ts';
import { lookUpAudit } from '../lifecycle/look-up.ts';
import { AUDIT_LIMIT } from '../store/audit.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say, sayJson } from './printable.ts';

/** Who looked is recorded, as from Slack. */
export async function runShow(
  settings: StoreSettings,
  asked: { readonly subject: AuditSubject; readonly when: readonly string[] },
  options: { readonly timezone: string; readonly json?: boolean },
): Promise<number> {
  const { timezone } = options;
  const { subject } = asked;
  const range = parseTimeRange(asked.when.join(' '), { now: new Date(), timezone });
  if ('problem' in range) throw new Stop(EXIT.usage, range.problem);
  const looking = { subject, range, actor: `cli:${userInfo().username}`, by: null };
  const { story, isCut } = await onStore(settings, 'application', (database) =>
    lookUpAudit(database, looking),
  );
  if (options.json) {
    const told = { subject, from: range.from, until: range.until, days: range.label, ...story };
    sayJson(told);
    return EXIT.done;
  }
  say(`${story.sentence}\n${range.label}\n`);
  for (const { at, number, line, detail } of story.entries)
    say(
      `${formatTime(at, timezone)}  ${number === null ? '' : `#${number}  `}${line}${detail ? ` (${detail})` : ''}`,
    );
  if (isCut) say(`\nOnly the newest ${AUDIT_LIMIT} events are told: ask for fewer days.`);
  return EXIT.done;
}
