import type { Context } from '../context.ts';
import { computeChecklist } from '../domain/checklist.ts';
import type { Manifests } from '../domain/manifest.ts';
import { EXIT } from '../errors.ts';
import { proveCredentials } from '../lifecycle/prove-credentials.ts';
import { readChecklistFacts } from '../store/checklist-facts.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { printable, say } from './printable.ts';

/** Exit 1 if a line is red. */
export async function runChecklist(
  settings: StoreSettings,
  manifests: Manifests,
  connectorOf: Context['connectorOf'],
  options: { readonly json?: boolean },
): Promise<number> {
  const facts = await onStore(settings, 'application', async (database) => ({
    ...(await readChecklistFacts(database)),
    proofs: await proveCredentials({ database, manifests, connectorOf }),
  }));
  const keyInDatabase = settings.audit.signingKey === undefined;
  const lines = computeChecklist(manifests, { ...facts, keyInDatabase, channelsMissing: null });
  if (options.json) process.stdout.write(`${printable(JSON.stringify(lines, null, 2))}\n`);
  else for (const { what, state, evidence } of lines) say(`${state.padEnd(8)}${what}: ${evidence}`);
  return lines.some(({ state }) => state === 'red') ? EXIT.no : EXIT.done;
}
