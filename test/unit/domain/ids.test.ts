import { describe, expect, it } from 'vitest';
import { parseProposalRef, publicId } from '../../../src/domain/ids.ts';

const uuid = '01990000-0000-7000-8000-00000000002a';

describe('naming a proposal', () => {
  it.each([
    [publicId(uuid), { id: uuid }],
    [uuid, { id: uuid }],
    [uuid.toUpperCase(), { id: uuid }],
    [uuid.replaceAll('-', ''), { id: uuid }],
    ['1042', { number: 1042 }],
    ['#1042', { number: 1042 }],
    ['0', undefined],
    ['01042', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['99999999999999999999', undefined],
    ['prop_', undefined],
    ['prop_1042', undefined],
    [`prop_${uuid}x`, undefined],
    ['', undefined],
    ["1042' or true", undefined],
  ])('%j', (text, ref) => {
    expect(parseProposalRef(text)).toEqual(ref);
  });
});
