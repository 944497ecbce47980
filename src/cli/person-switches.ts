import { EXIT } from '../errors.ts';
import { askServer } from './ask-server.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

interface Disabled {
  readonly scope: string;
  readonly under_way: readonly {
    readonly number: number;
    readonly system: string;
    readonly account: string;
    readonly deadline: string | null;
  }[];
}

/** Returns once no write of it starts any more. */
export async function runDisable(
  settings: ClientSettings,
  { scope, reason }: { readonly scope: string; readonly reason: string | null },
  options: { readonly json?: boolean },
): Promise<number> {
  const said = { ...(scope === '' ? {} : { scope }), because: reason };
  const done = await askServer<Disabled>(settings, 'disable', said);
  if (options.json) {
    sayJson(done);
    return EXIT.done;
  }
  say(`Off: ${done.scope}. No write of it starts any more.`);
  if (done.under_way.length === 0) say('No write was under way.');
  else say('These had begun before and may still happen:');
  for (const { number, system, account, deadline } of done.under_way)
    say(
      `  #${number} in ${system}, account ${account}${deadline ? `, known at the latest ${deadline}` : ''}`,
    );
  return EXIT.done;
}

type Enabled =
  | { readonly outcome: 'enabled'; readonly scope: string }
  | { readonly outcome: 'asked'; readonly scope: string; readonly because: string }
  | { readonly outcome: 'not_disabled'; readonly scope: string; readonly off: readonly string[] };

/** Exit 1: it is not on by this. */
export async function runEnable(
  settings: ClientSettings,
  scope: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const done = await askServer<Enabled>(settings, 'enable', { scope });
  if (options.json) sayJson(done);
  else say(enabledWords(done));
  return done.outcome === 'enabled' ? EXIT.done : EXIT.no;
}

function enabledWords(done: Enabled): string {
  switch (done.outcome) {
    case 'enabled':
      return `On again: ${done.scope}.`;
    case 'asked':
      return `Still off: ${done.scope}. A second operator has to confirm, in the alerts channel or with countersign enable ${done.scope}, since ${done.because}.`;
    case 'not_disabled':
      return `${done.scope} is not off by itself. ${done.off.length === 0 ? 'Nothing is off.' : `Off: ${done.off.join(', ')}.`}`;
  }
}
