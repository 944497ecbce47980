import type { Context } from '../context.ts';
import { type ChecklistFacts, computeChecklist } from '../domain/checklist.ts';
import type { Manifests } from '../domain/manifest.ts';
import { EXIT } from '../errors.ts';
import { proveCredentials } from '../lifecycle/prove-credentials.ts';
import { readChecklistFacts } from '../store/checklist-facts.ts';
import { terminalText } from '../terminal-text.ts';
import { onStore, type StoreSettings } from './open-store.ts';
import { say } from './printable.ts';

type SlackFacts = Pick<ChecklistFacts, 'channelsMissing' | 'people'>;

/** Exit 1 if a line is red. */
export async function runChecklist(
  settings: StoreSettings,
  manifests: Manifests,
  connectorOf: Context['connectorOf'],
  /** Undefined: no token was given, and Slack is not asked. */
  askSlack: (() => Promise<SlackFacts>) | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const facts = await onStore(settings, 'application', async (database) => ({
    ...(await readChecklistFacts(database)),
    proofs: await proveCredentials({ database, manifests, connectorOf }),
  }));
  const keyInDatabase = settings.audit.signingKey === undefined;
  const slack = (await askSlack?.()) ?? { channelsMissing: null, people: null };
  const lines = computeChecklist(manifests, { ...facts, ...slack, keyInDatabase });
  if (options.json) process.stdout.write(`${terminalText(JSON.stringify(lines, null, 2))}\n`);
  else for (const { what, state, evidence } of lines) say(`${state.padEnd(8)}${what}: ${evidence}`);
  return lines.some(({ state }) => state === 'red') ? EXIT.no : EXIT.done;
}
