import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../support/bot-process.ts';

const run = promisify(execFile);

interface Result {
  readonly name: string;
  readonly figures: readonly { what: string; bar?: { kind: string }; verdict: string | null }[];
}

/** Pages and plans do not move with the machine's other work; what is a matter of time is measured by hand (docs/performance.md). */
describe('npm run bench -- --quick', () => {
  it('finds the sweep and the audit within their gates', async () => {
    const args = [
      '--disable-warning=ExperimentalWarning',
      'bench/run.ts',
      'sweep',
      'audit',
      '--quick',
      '--json',
    ];
    const { stdout } = await run(process.execPath, args, { cwd: PROJECT }).catch(
      (error: { stdout: string }) => error,
    );
    const results = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Result);
    expect(results.map(({ name }) => name)).toEqual(['audit', 'sweep']);
    const gates = results.flatMap(({ figures }) => figures.filter(({ bar }) => bar?.kind === 'gate'));
    expect(gates.length).toBeGreaterThanOrEqual(6);
    expect(gates.filter(({ verdict }) => verdict !== 'met')).toEqual([]);
  });

  it('names what it does not know, and what there is', async () => {
    const failed = await run(process.execPath, ['bench/run.ts', 'speed'], { cwd: PROJECT }).catch(
      (error: { code: number; stderr: string; stdout: string }) => error,
    );
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('speed') });
    expect(failed.stdout).toContain('intake');
  });

  it('says what a slow disk takes where the machine does not have it', async () => {
    const env = { PATH: '/nowhere' };
    const failed = await run(process.execPath, ['bench/run.ts', 'slow-disk'], { cwd: PROJECT, env }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringMatching(/C compiler \(cc\)|LD_PRELOAD/) });
  });
});
