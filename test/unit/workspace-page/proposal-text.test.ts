import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/demo/workspace/page/proposal-text.ts';

describe('reading the answer to a proposal', () => {
  it('says its number, its state and what comes next', () => {
    const body = '{"number":1042,"state":"received","next":"Wait."}';
    expect(readAnswer({ status: 202, body })).toEqual({
      headline: 'HTTP 202 · #1042 is received',
      sentence: 'Wait.',
      body: '{\n  "number": 1042,\n  "state": "received",\n  "next": "Wait."\n}',
    });
  });

  it('says what is wrong and where', () => {
    const problem = {
      title: 'Bad input',
      detail: 'The input does not fit.',
      errors: [{ pointer: '/input/amount', detail: 'must be a number' }],
    };
    expect(readAnswer({ status: 422, body: JSON.stringify(problem) })).toMatchObject({
      headline: 'HTTP 422 · Bad input',
      sentence: 'The input does not fit. /input/amount must be a number.',
    });
  });

  it('shows what is not JSON as it is', () => {
    expect(readAnswer({ status: 502, body: 'Bad gateway' })).toEqual({
      headline: 'HTTP 502',
      sentence: '',
      body: 'Bad gateway',
    });
  });
});
