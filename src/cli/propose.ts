import { text } from 'node:stream/consumers';
import { type Consideration, CountersignError, createClient, type Proposal } from 'countersign/client';
import { EXIT, Stop } from '../errors.ts';
import { terminalText } from '../terminal-text.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

export interface ProposeOptions {
  readonly reason: string;
  readonly input?: string;
  readonly key?: string;
  readonly onBehalfOf?: string;
  readonly dryRun?: boolean;
  readonly wait?: 'decided' | 'settled';
  readonly timeout?: number;
  readonly json?: boolean;
}

/** Exit 0: it is accepted, or (where it was waited for) approved; 1: it was refused, or came to another end. */
export async function runPropose(
  settings: ClientSettings,
  action: string,
  fields: readonly string[],
  options: ProposeOptions,
): Promise<number> {
  const given = options.input === '-' ? await text(process.stdin) : options.input;
  const proposal = {
    action,
    input: inputOf(given, fields),
    reason: options.reason,
    ...(options.key ? { idempotency_key: options.key } : {}),
    ...(options.onBehalfOf ? { on_behalf_of: options.onBehalfOf } : {}),
  };
  const client = createClient({ ...settings, patienceMs: 20_000 });
  const { wait, timeout } = options;
  const waiting =
    wait || timeout !== undefined
      ? { until: wait ?? 'decided', ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }) }
      : {};
  try {
    if (options.dryRun) return tell(await client.consider(proposal), options);
    return tell(await client.propose(proposal, waiting), options);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    if (options.json) sayJson(error.problem);
    const isAway = error.status === 0 || error.status >= 500;
    throw new Stop(isAway ? EXIT.unavailable : EXIT.no, terminalText(error.message));
  }
}

/** `name=text` and `name:=JSON`, on top of what was given as JSON. */
function inputOf(given: string | undefined, fields: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = { ...Object(given === undefined ? {} : jsonOf(given, '--input')) };
  for (const field of fields) {
    const [, name, colon, value = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(field) ?? [];
    if (name === undefined) throw new Stop(EXIT.usage, `${field} is no field: write name=text or name:=JSON`);
    input[name] = colon ? jsonOf(value, name) : value;
  }
  return input;
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Stop(EXIT.usage, `${name} is no JSON`);
  }
}

function tell(found: Proposal | Consideration, { json }: ProposeOptions): number {
  if (json) sayJson(found);
  else if ('dry_run' in found) say(`${found.summary}. ${found.next} (${found.tier.why})`);
  else say(`#${found.number} ${found.state}: ${found.summary}. ${found.next}`);
  if ('dry_run' in found) return EXIT.done;
  const ended = ['rejected', 'expired', 'blocked', 'failed', 'withdrawn', 'superseded', 'unknown'];
  return ended.includes(found.state) ? EXIT.no : EXIT.done;
}
