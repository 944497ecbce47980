import type { RollbackScope } from './rollback.ts';
import { timeOfDay } from './time-of-day.ts';
import { type Asker, parseTimeRange } from './time-range.ts';

/** A name may be an agent's, a system's or a workflow's. */
type Scope = RollbackScope | { readonly kind: 'named'; readonly subject: string };

export type RollbackWords =
  | { readonly scope: Scope; readonly since: Date | null }
  | { readonly problem: string };

const USE = 'Say what and since when: 24h, billing 24h, refund-agent since 01:40, account 4471 24h, or 1042.';

/** `24h`, `billing 24h`, `refund-agent since 01:40`, `account 4471 24h`, `1042`. */
export function parseRollback(rest: string, asker: Asker): RollbackWords {
  const text = rest.trim();
  const number = /^#?([1-9]\d{0,14})$/.exec(text)?.[1];
  if (number) return { scope: { kind: 'proposal', subject: number }, since: null };
  const [first = '', ...more] = text.split(' ');
  if (first === '') return { problem: USE };
  if (first.toLowerCase() === 'account') {
    const [subject = '', ...time] = more;
    if (subject === '') return { problem: USE };
    return timed({ kind: 'account', subject }, time.join(' '), asker);
  }
  const whole = sinceOf(text.replace(/^(all|everything) /i, ''), asker);
  if (!('problem' in whole)) return { scope: { kind: 'everything', subject: '' }, since: whole.since };
  if (whole.isTime) return whole;
  return timed(
    { kind: 'named', subject: first.replace(/^[@`"']+|[`"']+$/g, '').toLowerCase() },
    more.join(' '),
    asker,
  );
}

function timed(scope: Scope, time: string, asker: Asker): RollbackWords {
  if (time === '') return { problem: `Say since when. ${USE}` };
  const found = sinceOf(time, asker);
  return 'problem' in found ? found : { scope, since: found.since };
}

type Since = { readonly since: Date } | { readonly problem: string; readonly isTime: boolean };

/** A time that reaches to now: undoing what was written in between, and not what came after, would undo out of order. */
function sinceOf(text: string, asker: Asker): Since {
  const words = text.trim().replace(/^since /i, '');
  const clock = timeOfDay(words, asker);
  if (clock) return { since: clock };
  const range = parseTimeRange(words, asker);
  if ('problem' in range) return { problem: `${range.problem} ${USE}`, isTime: false };
  if (range.until < asker.now && !/^since /i.test(text.trim()))
    return {
      problem: `That ends before now, and what came later would stay: say since ${words}.`,
      isTime: true,
    };
  return { since: range.from };
}
