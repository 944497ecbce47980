import type { Env } from './config.ts';
import type { Manifests } from './domain/manifest.ts';
import { parseManifests } from './manifests/parse-manifests.ts';
import { formatProblem } from './manifests/problem.ts';
import type { Database } from './store/database.ts';
import { getManifestFiles } from './store/manifest-versions.ts';

/**
 * Finds the manifests' version that judged a proposal: from memory, or from the database's texts. What it refers to in the
 * environment is this process's. Throws if that version can't be read here any more; then nothing of it is written.
 */
export function createPolicies(
  database: Database,
  inForce: Manifests,
  env: Env,
): (digest: string) => Promise<Manifests> {
  const known = new Map<string, Promise<Manifests>>([[inForce.digest, Promise.resolve(inForce)]]);
  const load = async (digest: string): Promise<Manifests> => {
    const loaded = parseManifests(await getManifestFiles(database, digest), env);
    if (!loaded.ok)
      throw new Error(
        `the manifests ${digest} can't be read here: ${loaded.problems.map(formatProblem).join('; ')}`,
      );
    return loaded.manifests;
  };
  return (digest) => {
    const found = known.get(digest);
    if (found) return found;
    const loading = load(digest);
    known.set(digest, loading);
    loading.catch(() => known.delete(digest));
    return loading;
  };
}
