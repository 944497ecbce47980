import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningKey } from '../../src/domain/signing-key.ts';
import { exportWhole } from '../../src/lifecycle/export-audit.ts';
import type { Database } from '../../src/store/database.ts';
import { runNode } from './run-countersign.ts';

/** The lines of an export of the whole log, without its first. */
export async function exportedLines(database: Database): Promise<string> {
  const lines: string[] = [];
  await exportWhole(database, async (line) => void lines.push(line));
  return lines.join('\n');
}

/** What the verifier without our code says, on stdout or stderr, to an auditor who has kept the heads and the key. */
export async function verifiedByOneFile(
  lines: string,
  { heads, key }: { readonly heads: readonly string[]; readonly key: SigningKey },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-auditor-'));
  const [file, kept, known] = ['whole.jsonl', 'kept.txt', 'key.txt'].map((name) => join(folder, name));
  try {
    const header = { countersign_audit: 1, whole: true, checkpoint: heads.at(-1) ?? '', keys: [] };
    await writeFile(file ?? '', `${JSON.stringify(header)}\n${lines}\n`);
    await writeFile(kept ?? '', heads.map((head) => `${head}\n`).join(''));
    await writeFile(known ?? '', key.raw.toString('base64'));
    const args = [file ?? '', '--key', known ?? '', '--checkpoints', kept ?? ''];
    const { stdout, stderr } = await runNode('tools/verify-audit.mjs', args);
    return `${stdout}${stderr}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
