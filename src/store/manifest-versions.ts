import { ask, type Database } from './database.ts';

/** Keeps a version of the manifests by its digest; an audit event records the first time it is seen. */
export async function saveManifests(
  { sql }: Database,
  digest: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await ask(sql`select save_manifests(${digest}, ${sql.json({ ...files })})`);
}

/** The files of the version that judged a proposal. */
export async function getManifestFiles({ sql }: Database, digest: string): Promise<Record<string, string>> {
  const [row] = await ask(
    sql<{ files: Record<string, string> }[]>`select files from manifest_version where digest = ${digest}`,
  );
  if (!row) throw new Error(`no manifests are stored under ${digest}`);
  return row.files;
}
