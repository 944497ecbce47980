import { resolvedWords } from '../domain/unknown.ts';
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
      resolvedWords(
        resolving.number,
        whatOf(resolved.proposal.state, resolving.happened),
        resolving.happened,
      ),
    );
  return EXIT.done;
}

/** A write of which it is said that it did not happen has failed; one that was not undone stands as it was. */
function whatOf(state: string, happened: boolean): 'write' | 'undo' {
  return state === 'rolled_back' || (state === 'executed' && !happened) ? 'undo' : 'write';
}
