import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

interface Manifest {
  oauth_config: { redirect_urls?: string[]; scopes: { bot: string[] } };
  settings: { event_subscriptions: { bot_events: string[] }; token_rotation_enabled: boolean };
}

/** The project's Slack manifest as another app would have it, in a file of its own. */
export function changedManifest(change: (manifest: Manifest) => void): { path: string; remove: () => void } {
  const manifest = parse(readFileSync('slack-manifest.yml', 'utf8')) as Manifest;
  change(manifest);
  const folder = mkdtempSync(join(tmpdir(), 'slack-manifest-'));
  const path = join(folder, 'slack-manifest.yml');
  writeFileSync(path, stringify(manifest));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
