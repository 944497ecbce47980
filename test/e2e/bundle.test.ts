import { execFile } from 'node:child_process';
import { rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE } from '../../scripts/bundle-path.ts';
import { PROJECT } from '../support/bot-process.ts';

const run = promisify(execFile);

interface Ended {
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: string[]): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return run(process.execPath, args, { cwd: PROJECT, env: { PATH, HOME } }).catch((error: Ended) => error);
}

beforeAll(async () => {
  await node('scripts/bundle.ts');
});
afterAll(() => rm(dirname(BUNDLE), { recursive: true, force: true }));

describe('the bundle', () => {
  it('says of itself what the sources say', async () => {
    const [bundled, sources] = await Promise.all([node(BUNDLE, '--help'), node('src/main.ts', '--help')]);
    expect(bundled.stdout).toContain('Usage: countersign');
    expect(bundled.stdout).toBe(sources.stdout);
  });

  it('comes with what V8 compiled of it when it was rehearsed', async () => {
    const ask = `process.argv.push('bundle', '--help'); process.on('exit', () => console.log(program.cachedDataRejected));
      const { program } = await import(${JSON.stringify(BUNDLE)});`;
    const { stdout } = await node('--input-type=module', '--eval', ask);
    // Undefined: there was nothing to take.
    expect(stdout.trim().split('\n').at(-1)).toBe('false');
  });

  it('is what npm start runs, and is left alone once the sources are newer', async () => {
    const fresh = await node('scripts/start.mjs');
    expect(fresh).toMatchObject({ code: 78, stderr: expect.stringContaining('DATABASE_URL') });
    expect(fresh.stderr).not.toContain('older');
    await utimes(BUNDLE, 0, 0);
    const stale = await node('scripts/start.mjs');
    expect(stale).toMatchObject({
      code: 78,
      stderr: expect.stringContaining('npm run bundle makes it anew'),
    });
  });
});
