import { EXIT } from '../errors.ts';
import { askServer } from './ask-server.ts';
import type { ClientSettings } from './mcp.ts';
import { say, sayJson } from './printable.ts';

interface Resolved {
  readonly proposal: { readonly number: number; readonly state: string };
}

/** Records what a person found; nothing is sent. */
export async function runResolve(
  settings: ClientSettings,
  resolving: { readonly number: number; readonly happened: boolean },
  options: { readonly json?: boolean },
): Promise<number> {
  const resolved = await askServer<Resolved>(settings, 'resolve', resolving);
  if (options.json) sayJson(resolved);
  else
    say(
      resolving.happened
        ? `#${resolving.number} is recorded as written.`
        : `#${resolving.number} is recorded as failed: it is not tried again, the agent may propose it anew.`,
    );
  return EXIT.done;
}
