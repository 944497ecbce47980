import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

/** How long people have where nobody is to decide. */
const EXPIRES = '5s';

/** Copies manifests to a folder, with tiers that expire after seconds: what an agent does about that can be tried. */
export function writeHurriedManifests(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const folder = join(to, 'workflows');
  for (const file of readdirSync(folder).filter((each) => /\.ya?ml$/.test(each))) {
    const path = join(folder, file);
    writeFileSync(path, hurried(readFileSync(path, 'utf8')));
  }
}

export function hurried(text: string): string {
  const document = parseDocument(text);
  const tiers: unknown = document.toJS().tiers;
  for (const [index, tier] of (Array.isArray(tiers) ? tiers : []).entries()) {
    if (Object(tier).decide === 'agent') continue;
    document.setIn(['tiers', index, 'expires'], EXPIRES);
    // What comes before the end would come after it.
    for (const key of ['sla', 'escalate', 'clock']) document.deleteIn(['tiers', index, key]);
  }
  return document.toString();
}
