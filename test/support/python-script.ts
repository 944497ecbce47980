import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const clients = join(import.meta.dirname, '../../clients/python');

/** Whether this machine has a Python that the client runs on. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;

/** Runs a script (or, with `-c` first, a text) with the client at hand; resolves to what it printed, and rejects with its error. */
export function runPython(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { PATH: process.env.PATH, PYTHONPATH: clients, PYTHONDONTWRITEBYTECODE: '1', ...env },
      timeout: 20_000,
    };
    execFile('python3', [...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr || error.message));
      else resolve(stdout.trim());
    });
  });
}
