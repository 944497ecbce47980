import type { SecretRef } from '../domain/manifest.ts';
import type { Drafts } from './drafts.ts';
import type { Path } from './problem.ts';
import { nameOf } from './secrets.ts';
import type { Source } from './source.ts';

/** A secret opens one door only: who holds two systems' secret holds both, and two agents with one key can't be told apart. */
export function checkSecretsOnce(drafts: Drafts): void {
  const holders = new Map<string, string>();
  const note = (source: Source, holder: string, path: Path, secrets: readonly SecretRef[]) => {
    for (const [index, ref] of secrets.entries()) {
      const other = holders.get(nameOf(ref));
      const at = secrets.length > 1 ? [...path, index] : path;
      if (other !== undefined) source.report(at, `is the secret of ${other} too: each needs its own`);
      else holders.set(nameOf(ref), holder);
    }
  };
  for (const { source, value } of drafts.systems) {
    note(source, `system ${value.id}`, ['credential', 'secret'], value.credential.secrets);
  }
  for (const { source, value } of drafts.agents)
    note(source, `agent ${value.id}`, ['key', 'secret'], value.keys);
}
