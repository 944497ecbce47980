import { userInfo } from 'node:os';
import { tellStory } from '../domain/audit-story.ts';
import { formatTime } from '../domain/format-time.ts';
import { parseTimeRange } from '../domain/time-range.ts';
import { EXIT, Stop } from '../errors.ts';
import { AUDIT_LIMIT, listAudit, recordEvent } from '../store/audit.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say, sayJson } from './printable.ts';

/** Who looked is recorded, as from Slack. */
export async function runShow(
  settings: StoreSettings,
  account: string,
  when: readonly string[],
  options: { readonly timezone: string; readonly json?: boolean },
): Promise<number> {
  const { timezone } = options;
  const range = parseTimeRange(when.join(' '), { now: new Date(), timezone });
  if ('problem' in range) throw new Stop(EXIT.usage, range.problem);
  const events = await onStore(settings, 'application', async (database) => {
    await recordEvent(database, 'access', {
      type: 'audit.read',
      actor: `cli:${userInfo().username}`,
      account,
      data: { from: range.from.toISOString(), until: range.until.toISOString() },
    });
    return listAudit(database, { account, from: range.from, until: range.until });
  });
  const story = tellStory(events, { account, range });
  if (options.json) {
    const told = { account, from: range.from, until: range.until, days: range.label, ...story };
    sayJson(told);
    return EXIT.done;
  }
  say(`${story.sentence}\n${range.label}\n`);
  for (const { at, number, line, detail } of story.entries)
    say(
      `${formatTime(at, timezone)}  ${number === null ? '' : `#${number}  `}${line}${detail ? ` (${detail})` : ''}`,
    );
  if (events.length === AUDIT_LIMIT)
    say(`\nOnly the newest ${AUDIT_LIMIT} events are told: ask for fewer days.`);
  return EXIT.done;
}
