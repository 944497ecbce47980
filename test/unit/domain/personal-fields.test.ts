import { describe, expect, it } from 'vitest';
import {
  commitmentOf,
  commitPersonal,
  type PersonalFields,
  toldRecord,
  toldText,
  withKept,
} from '../../../src/domain/personal-fields.ts';

const fields: PersonalFields = { iban: 'mask', ssn: 'hash', note: 'drop', email: 'show' };
const keyed = (text: string) => `<${text}>`;
const record = { iban: 'DE02120300000000202051', ssn: '078', note: 'ill', email: 'a@x.test', amount: '1.00' };

describe('a record as it may be told', () => {
  it('has each field as its class says, and what has none as it is', () => {
    expect(toldRecord(fields, record, keyed)).toEqual({
      iban: '••••2051',
      ssn: 'hmac:<"078">',
      note: '(not told)',
      email: 'a@x.test',
      amount: '1.00',
    });
  });

  it.each([['123456789'], [''], [{ no: 'DE02120300000000202051' }], [['DE02120300000000202051']], [true]])(
    'tells no end of %j, which would be most of it',
    (iban) => {
      expect(toldRecord(fields, { iban }, keyed)).toEqual({ iban: '••••' });
    },
  );

  it('tells a text from a number by its hash, and says of nothing that it is nothing', () => {
    expect(toldRecord(fields, { ssn: 78 }, keyed)).not.toEqual(toldRecord(fields, { ssn: '78' }, keyed));
    expect(toldRecord(fields, { ssn: null, note: null }, keyed)).toEqual({ ssn: null, note: null });
  });

  it('takes no class from what every object has', () => {
    expect(toldRecord(fields, { constructor: 'x', toString: 'y' }, keyed)).toEqual({
      constructor: 'x',
      toString: 'y',
    });
  });
});

describe('a text as it may be told', () => {
  const proposal = { input: { iban: 'DE02 1203', note: ['she is ill', 'ill'], email: 'a@x.test' } };

  it('has the name of a field in the place of its value, in a URL too', () => {
    const text = 'DE02 1203 of a@x.test: she is ill (https://x.test/DE02%201203)';
    expect(toldText({ fields }, text, proposal)).toBe('[iban] of a@x.test: [note] (https://x.test/[iban])');
  });

  it('is whole where nothing is hidden', () => {
    expect(toldText({ fields: { email: 'show' } }, 'a@x.test', proposal)).toBe('a@x.test');
  });
});

describe('an event', () => {
  const data = {
    input: { ...record, ssn: null },
    changes: { email: { from: 'a@x.test', to: 'b@x.test' }, amount: { from: '2.00', to: '1.00' } },
    difference: { ssn: { before: '1', ours: '2', now: '3' } },
    reason: 'because',
  };

  it('holds no personal value, and has every one back that is kept', () => {
    const { data: held, kept } = commitPersonal(fields, data, keyed);
    expect(JSON.stringify(held)).not.toMatch(/2051|@x\.test|hmac/);
    expect(kept.map(({ path }) => path)).toEqual([
      '/input/iban',
      '/input/email',
      '/changes/email/from',
      '/changes/email/to',
      '/difference/ssn/before',
      '/difference/ssn/ours',
      '/difference/ssn/now',
    ]);
    for (const { path, salt, value } of kept)
      expect(held.erasable).toHaveProperty([path], commitmentOf(salt, value));
    expect(withKept(held, kept)).toEqual({
      ...data,
      input: { iban: '••••2051', ssn: null, note: '(not told)', email: 'a@x.test', amount: '1.00' },
      difference: { ssn: { before: 'hmac:<"1">', ours: 'hmac:<"2">', now: 'hmac:<"3">' } },
    });
  });

  it('keeps an agent’s own words apart whole, of whatever shape, and only where they are named', () => {
    const words = {
      ...data,
      evidence: [{ title: 'a@x.test', url: 'https://x.test' }],
      metadata: { thread: 't' },
    };
    const { data: held, kept } = commitPersonal(fields, words, keyed, ['reason', 'evidence', 'metadata']);
    expect(kept.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/reason', '/evidence', '/metadata']),
    );
    expect(JSON.stringify(held)).not.toMatch(/because|@x\.test|thread/);
    const { reason, evidence, metadata } = words;
    expect(withKept(held, kept)).toMatchObject({ reason, evidence, metadata });
    expect(withKept(held, [])).toMatchObject({
      reason: '(erased)',
      evidence: '(erased)',
      metadata: '(erased)',
    });
  });

  it('says where a value was erased, and keeps the rest', () => {
    const { data: held } = commitPersonal(fields, data, keyed);
    expect(withKept(held, [])).toMatchObject({
      input: { iban: '(erased)', email: '(erased)', ssn: null, amount: '1.00' },
      changes: { email: { from: '(erased)', to: '(erased)' }, amount: { from: '2.00' } },
    });
  });

  it('commits to equal values differently, so that nobody can try them', () => {
    const [one, other] = [commitPersonal(fields, data, keyed), commitPersonal(fields, data, keyed)];
    expect(one.data.erasable).not.toEqual(other.data.erasable);
  });

  it('stays as it is where it has nothing personal, whatever an agent puts into it', () => {
    const forged = { input: { amount: '1.00', erasable: { '/input/amount': 'x' } } };
    const { data: held, kept } = commitPersonal(fields, forged, keyed);
    expect(kept).toEqual([]);
    expect(withKept(held, [])).toEqual(forged);
  });
});
