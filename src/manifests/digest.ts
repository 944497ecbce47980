import { createHash } from 'node:crypto';

/** `sha256:…` over names and texts in the order of names, each preceded by its length, so that no two sets look alike. */
export function digestOf(files: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).toSorted()) {
    for (const part of [name, files[name] ?? '']) {
      const bytes = Buffer.from(part, 'utf8');
      hash.update(`${bytes.length}:`).update(bytes);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}
