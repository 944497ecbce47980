import { describe, expect, it } from 'vitest';
import { referencesOf } from '../../../src/domain/references.ts';

describe('find what an expression reads', () => {
  it.each([
    ['input.x', ['input'], ['x']],
    ["input['x'] + account", ['input', 'account'], ['x']],
    ['input.a.b', ['input'], ['a']],
    ['input', ['input'], ['*']],
    ['input[account]', ['input', 'account'], ['*']],
    ["{'k': [input.x, string(input.y)]}", ['input'], ['x', 'y']],
    ['has(input.x) ? before.input : now.y', ['input', 'before', 'now'], ['x']],
    ["before.items.exists(i, i.id == input.item && i.state == 'open')", ['before', 'input'], ['item']],
    ["'input.x'", [], []],
  ])('%s', (source, variables, inputs) => {
    const found = referencesOf(source);
    expect({ variables: [...found.variables].toSorted(), inputs: [...found.inputs].toSorted() }).toEqual({
      variables: variables.toSorted(),
      inputs: inputs.toSorted(),
    });
  });
});
