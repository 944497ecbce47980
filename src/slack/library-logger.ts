import { type Logger as LibraryLogger, LogLevel } from '@slack/bolt';
import type { Logger } from '../logger.ts';

const LONGEST = 300;
const SECRET = /\b(xox[a-z]|xapp)-[\w-]+/g;

/** What Slack's libraries say, in our own log: warnings and errors only, since what is below may hold people's words. */
export function libraryLogger(log: Logger): LibraryLogger {
  return {
    debug: () => {},
    info: () => {},
    warn: (...said) => log.warn({ said: textOf(said) }, 'slack.library_warned'),
    error: (...said) => log.error({ said: textOf(said) }, 'slack.library_failed'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}

function textOf(said: readonly unknown[]): string {
  const parts = said.map((each) => (each instanceof Error ? each.message : String(each)));
  return parts.join(' ').replace(SECRET, '$1-…').slice(0, LONGEST);
}
