import { setTimeout as wait } from 'node:timers/promises';
import { type JsonObject, plainText } from '../domain/json.ts';
import { EXIT } from '../errors.ts';
import { askServer } from './ask-server.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

interface Begun {
  readonly drills: readonly { readonly id: string; readonly number: number; readonly system: string }[];
  readonly running: readonly string[];
}

interface Drilled {
  readonly number: number;
  readonly system: string;
  readonly state: 'writing' | 'undoing' | 'done';
  readonly passed: boolean | null;
  readonly record: string | null;
  readonly claims: JsonObject | null;
}

const POLL_MS = 1_000;

/** Returns once every drill has its record; exit 1 if one failed. Whoever stops it here stops nothing there. */
export async function runDrill(
  settings: ClientSettings,
  asked: { readonly system: string; readonly writes: number | undefined },
  options: { readonly json?: boolean },
): Promise<number> {
  const { system, writes } = asked;
  const begun = await askServer<Begun>(settings, 'drill', {
    ...(system === '' ? {} : { system }),
    ...(writes === undefined ? {} : { writes }),
  });
  const done: Drilled[] = [];
  for (const { id } of begun.drills) done.push(await ended(settings, id));
  if (options.json) sayJson(done);
  else for (const each of done) tell(each);
  return done.every(({ passed }) => passed) ? EXIT.done : EXIT.no;
}

async function ended(settings: ClientSettings, id: string): Promise<Drilled> {
  for (;;) {
    const drill = await askServer<Drilled>(settings, 'drilled', { drill: id });
    if (drill.state === 'done') return drill;
    await wait(POLL_MS);
  }
}

function tell({ number, system, passed, claims, record }: Drilled): void {
  const count = (name: string) => plainText(claims?.[name] ?? 0);
  say(`Drill ${number} of ${system} ${passed ? 'passed' : 'failed'} in ${count('seconds')} s.`);
  say(
    `${count('undone')} of ${count('writes')} undone, ${count('conflicted')} left because somebody had changed them, ${count('irreversible')} irreversible, ${count('not_undone')} not undone, ${count('not_written')} not written; ${count('overwritten')} newer records overwritten.`,
  );
  const failures = claims?.failures;
  if (Array.isArray(failures)) for (const failure of failures) say(`  ${plainText(failure)}`);
  say(`\n${record ?? ''}`);
}
