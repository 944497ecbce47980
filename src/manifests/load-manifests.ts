import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Loaded, parseManifests } from './parse-manifests.ts';
import type { Problem } from './problem.ts';
import type { Env } from './substitute.ts';

/** Reads and checks a directory of manifests. `schema/`, dot files and papers (`*.md`) in it are passed over. */
export function loadManifests(directory: string, env: Env): Loaded {
  const read = readFiles(directory);
  return 'problem' in read ? { ok: false, problems: [read.problem] } : parseManifests(read.files, env);
}

function readFiles(directory: string): { files: Record<string, string> } | { problem: Problem } {
  let at = '.';
  const files: Record<string, string> = {};
  try {
    for (at of listFiles(directory, '')) files[at] = decode(readFileSync(join(directory, at)));
    return { files };
  } catch (error) {
    const message = error instanceof TypeError ? 'is not UTF-8' : `can't be read (${codeOf(error)})`;
    const file = at === '.' ? directory : at;
    return { problem: { file, line: 1, column: 1, path: '', message, level: 'error' } };
  }
}

/** Follows links: a mounted ConfigMap is made of them, with its own dot directories beside. */
function listFiles(directory: string, under: string): string[] {
  return readdirSync(join(directory, under))
    .toSorted()
    .filter((name) => !name.startsWith('.') && !name.endsWith('.md') && join(under, name) !== 'schema')
    .flatMap((name) => {
      const path = under === '' ? name : `${under}/${name}`;
      return statSync(join(directory, path)).isDirectory() ? listFiles(directory, path) : [path];
    });
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
