import { type Durability, tellDurability } from '../domain/durability.ts';
import { EXIT } from '../errors.ts';
import { askServer } from './ask-server.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

interface Options {
  readonly json?: boolean;
}

interface Switched {
  readonly scope: string;
  readonly by: { readonly name: string };
  readonly at: string;
  readonly reason: string | null;
}

interface Status {
  readonly durability: Durability;
  readonly off: readonly Switched[];
  readonly asked: readonly Switched[];
  readonly pending: number;
  readonly writes_waiting: number;
  readonly writes_under_way: number;
  readonly outbox_waiting: number;
  readonly given_up: readonly { readonly topic: string; readonly ref: string; readonly error: string }[];
}

export async function runStatus(settings: ClientSettings, options: Options): Promise<number> {
  const status = await askServer<Status>(settings, 'status', {});
  if (options.json) {
    sayJson(status);
    return EXIT.done;
  }
  if (status.off.length === 0) say('Everything is on.');
  for (const { scope, by, at, reason } of status.off)
    say(`Off: ${scope}, since ${at} by ${by.name}${reason ? `: ${reason}` : ''}`);
  for (const { scope, by } of status.asked)
    say(`  ${by.name} asked to switch ${scope} on; a second operator has to confirm`);
  say(
    `${status.pending} to decide, ${status.writes_waiting} approved writes waiting, ${status.writes_under_way} under way, ${status.outbox_waiting} updates on the way to Slack and systems.`,
  );
  say(tellDurability(status.durability));
  for (const { topic, ref, error } of status.given_up) say(`Given up: ${topic} ${ref}: ${error}`);
  return EXIT.done;
}

interface Pending {
  /** In all; the most urgent of them are listed. */
  readonly count: number;
  readonly proposals: readonly {
    readonly number: number;
    readonly agent: string;
    readonly account: string;
    readonly summary: string;
    readonly impact: { readonly amount: string; readonly currency: string } | null;
    readonly due_at: string | null;
    readonly expires_at: string | null;
  }[];
}

export async function runPending(settings: ClientSettings, options: Options): Promise<number> {
  const { count, proposals } = await askServer<Pending>(settings, 'pending', {});
  if (options.json) {
    sayJson({ count, proposals });
    return EXIT.done;
  }
  if (proposals.length === 0) say('Nothing waits for a decision.');
  for (const { number, agent, account, summary, impact, due_at, expires_at } of proposals) {
    const worth = impact ? `${impact.amount} ${impact.currency}` : 'impact unknown';
    const by = due_at ?? expires_at;
    say(`#${number}  ${summary} (${worth}), account ${account}, by ${agent}${by ? `, until ${by}` : ''}`);
  }
  if (count > proposals.length) say(`… ${count - proposals.length} more`);
  return EXIT.done;
}

interface Shown {
  readonly proposal: {
    readonly number: number;
    readonly state: string;
    readonly summary: string;
    readonly next: string;
  };
  readonly history: readonly { readonly at: string; readonly line: string; readonly detail: string | null }[];
}

export async function runShowProposal(
  settings: ClientSettings,
  named: string,
  options: Options,
): Promise<number> {
  const shown = await askServer<Shown>(settings, 'show', { proposal: named.replace(/^#/, '') });
  if (options.json) {
    sayJson(shown);
    return EXIT.done;
  }
  const { number, state, summary } = shown.proposal;
  say(`#${number} ${state}: ${summary}\n`);
  for (const { at, line, detail } of shown.history) say(`${at}  ${line}${detail ? ` (${detail})` : ''}`);
  return EXIT.done;
}
