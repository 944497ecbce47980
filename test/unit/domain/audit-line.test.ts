import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEvent } from '../../../src/domain/audit-line.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Every type that the sources and the functions of the database write. */
function typesWritten(): string[] {
  const texts = [
    'src/lifecycle',
    'src/jobs',
    'src/slack',
    'src/http',
    'src/cli',
    'src/store',
    'migrations',
  ].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|sql)$/.test(file))
      .map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
  );
  const found = texts.flatMap((text) =>
    [
      ...text.matchAll(
        /'type', '([a-z_]+\.[a-z_]+)'|type: '([a-z_]+\.[a-z_]+)'|"type": "([a-z_]+\.[a-z_]+)"/g,
      ),
    ].map((match) => match[1] ?? match[2] ?? match[3] ?? ''),
  );
  return [...new Set(found)].toSorted();
}

describe('describeEvent', () => {
  const types = typesWritten();

  it('is asked about all there are', () => {
    expect(types.length).toBeGreaterThan(30);
    expect(types).toContain('decision.recorded');
    expect(types).toContain('group.changed');
  });

  it.each(types)('has words of its own for %s', (type) => {
    const { line } = describeEvent({
      ...{ stream: 's', seq: 1, at: new Date(), type, actor: 'x' },
      ...{ agent: 'refund-agent', system: 'billing', account: '4471', number: 1042 },
      data: {},
    });
    expect(line).not.toBe(type.replace(/[._]/g, ' '));
    expect(line).not.toContain('undefined');
  });

  it.each([
    [
      'proposal.rolled_back',
      { rollback_number: 3, confirmed_by: { id: 'U0LEE', name: 'Lee Park' } },
      'undone by rollback 3, which Lee Park confirmed',
    ],
    [
      'switch.disabled',
      { scope: 'all', by: { id: 'U0LEE', name: 'Lee Park' } },
      'Lee Park switched everything off',
    ],
    ['audit.read', {}, 'looked at with its whole history'],
  ])('tells %s in full', (type, data, line) => {
    const event = {
      ...{ stream: 's', seq: 1, at: new Date(), type, actor: 'x' },
      ...{ agent: null, system: null, account: null, number: 1042 },
    };
    expect(describeEvent({ ...event, data }).line).toBe(line);
  });
});
