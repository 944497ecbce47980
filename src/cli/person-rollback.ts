import { EXIT, Stop } from '../errors.ts';
import { askServer } from './ask-server.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

export interface RollbackOptions {
  readonly show?: string;
  readonly confirm?: string;
  readonly digest?: string;
  readonly json?: boolean;
}

interface Rollback {
  readonly id: string;
  readonly number: number;
  readonly digest: string;
  readonly state: string;
  readonly switches_off: string | null;
  readonly asked_by: string;
  readonly confirmed_by: string | null;
  readonly items: readonly {
    readonly number: number;
    readonly account: string;
    readonly summary: string;
    readonly class: string;
    readonly why: string | null;
    readonly state: string;
    readonly impact: { readonly amount: string; readonly currency: string } | null;
  }[];
}

/** Plans, shows or confirms a rollback; nothing is undone but by a second operator's confirmation of exactly the plan they saw. */
export async function runRollback(
  settings: ClientSettings,
  words: readonly string[],
  options: RollbackOptions,
): Promise<number> {
  const found = await askFor(settings, words, options);
  if (options.json) sayJson(found);
  else tell(found);
  return EXIT.done;
}

function askFor(
  settings: ClientSettings,
  words: readonly string[],
  options: RollbackOptions,
): Promise<Rollback> {
  const { show, confirm, digest } = options;
  if ([show, confirm, words[0]].filter((each) => each !== undefined).length !== 1)
    throw new Stop(
      EXIT.usage,
      'Say what to roll back (billing 24h), or --show <plan>, or --confirm <plan> --digest <digest>.',
    );
  if (show !== undefined) return askServer<Rollback>(settings, 'rollback/show', { plan: show });
  if (confirm === undefined) return askServer<Rollback>(settings, 'rollback', { what: words.join(' ') });
  if (digest === undefined)
    throw new Stop(
      EXIT.usage,
      'Say --digest too, as the plan that you saw has it: countersign rollback --show <plan>.',
    );
  return askServer<Rollback>(settings, 'rollback/confirm', { plan: confirm, digest });
}

function tell({ id, number, digest, state, switches_off, asked_by, confirmed_by, items }: Rollback): void {
  const able = items.filter((item) => item.class === 'undo').length;
  say(
    `Rollback ${number} is ${state}: ${able} of ${items.length} can be undone. Asked by ${asked_by}${confirmed_by ? `, confirmed by ${confirmed_by}` : ''}.`,
  );
  for (const item of items) {
    const worth = item.impact ? `${item.impact.amount} ${item.impact.currency}` : 'impact unknown';
    const why = item.why ? ` (${item.why})` : '';
    say(
      `  #${item.number}  ${item.class}${why}, ${item.state}: ${item.summary} (${worth}), account ${item.account}`,
    );
  }
  if (state !== 'planned') return;
  if (switches_off) say(`Its confirmation switches ${switches_off} off.`);
  say(`Nothing is undone yet. A second operator: countersign rollback --confirm ${id} --digest ${digest}`);
}
