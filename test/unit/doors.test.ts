import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DOORS } from '../cases/doors.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

function sources(under: string): string[] {
  return readdirSync(join(SRC, under), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !under.startsWith('demo'))
    .map((file) => readFileSync(join(SRC, under, file), 'utf8'));
}

function all(texts: readonly string[], pattern: RegExp, name: (match: RegExpMatchArray) => string): string[] {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(name));
}

/** The keys of an object literal that begins with `const NAME`, its type left out. */
function keysOf(texts: readonly string[], name: string): string[] {
  return texts.flatMap((text) => {
    const body = new RegExp(`const ${name}\\b[\\s\\S]*?= \\{([^}]*)\\}`).exec(text)?.[1] ?? '';
    return [...body.matchAll(/(?:^|,)\s*(?:'([^']+)'|(\w+))\s*(?=[:,]|$)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
  });
}

/** Every way in, as the sources have it. */
function found(): string[] {
  const http = sources('http');
  const slack = sources('slack');
  return [
    ...all(http, /method: '([A-Z]+)',\s*path: '([^']+)'/g, (match) => `http ${match[1]} ${match[2]}`),
    ...keysOf(slack, 'CLICKS').map((key) => `click ${key}`),
    ...keysOf(slack, 'SUBMISSIONS').map((key) => `modal ${key}`),
    ...all(sources('slack/commands'), /\bword: '(\w+)'/g, (match) => `command ${match[1]}`),
    ...all(slack, /app\.event\('(\w+)'/g, (match) => `event ${match[1]}`),
    ...all(sources('jobs'), /\bevery\('[^']+', '(\w+)'/g, (match) => `tick ${match[1]}`),
    ...all(
      [...sources('cli'), readFileSync(join(SRC, 'main.ts'), 'utf8')],
      /(\w+)\s*\.command\('([\w-]+)/g,
      (match) => (match[1] === 'audit' ? `cli audit ${match[2]}` : `cli ${match[2]}`),
    ),
  ].toSorted();
}

describe('the doors', () => {
  it('are those on the list, each with the verb that it ends in, and no others', () => {
    expect(found()).toEqual(Object.keys(DOORS).toSorted());
  });

  it('end in verbs that exist', () => {
    const verbs = new Set(all(sources('.'), /export (?:async )?function (\w+)/g, (match) => match[1] ?? ''));
    const missing = Object.entries(DOORS).filter(([, verb]) => verb !== 'reads' && !verbs.has(verb));
    expect(missing).toEqual([]);
  });

  it('are really looked for', () => {
    for (const kind of ['http', 'click', 'modal', 'command', 'event', 'tick', 'cli']) {
      expect(found().filter((door) => door.startsWith(`${kind} `)).length, kind).toBeGreaterThan(0);
    }
  });
});
