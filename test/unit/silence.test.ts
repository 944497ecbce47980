import { expect, it } from 'vitest';
import type { Logger } from '../../src/logger.ts';
import { watchSilence } from '../../src/silence.ts';

it('ends the process at the third silence in a row, and says each of them', () => {
  const said: unknown[] = [];
  const ended: number[] = [];
  const log = { error: (fields: object, event: string) => said.push([event, fields]) } as unknown as Logger;
  const onOverrun = watchSilence(log, (exitCode) => void ended.push(exitCode));
  for (const inARow of [1, 2, 1, 2]) onOverrun(inARow);
  expect(ended).toEqual([]);
  onOverrun(3);
  expect(ended).toEqual([69]);
  expect(said).toHaveLength(6);
  expect(said.at(-1)).toEqual(['database.given_up', { inARow: 3 }]);
});
