import { describe, expect, it } from 'vitest';
import { judgeSignature, readCheckpoints, signCheckpoint } from '../../../src/domain/checkpoint.ts';
import {
  formatVerifyingKey,
  makeSigningKey,
  readSigningKey,
  readVerifyingKey,
} from '../../../src/domain/signing-key.ts';

/** The key of Go's checksum database, as Go's own sources have it. */
const GO_SUM = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';

const seed = Buffer.alloc(32, 7).toString('base64');
const key = readSigningKey(seed, 'audit.example/1', false);
const head = { origin: key.name, size: 12, root: Buffer.alloc(32, 1) };

describe('a checkpoint', () => {
  it('is written as C2SP says, and the same key always signs it alike', () => {
    const note = signCheckpoint(head, key);
    expect(note).toBe(signCheckpoint(head, key));
    expect(note.split('\n').slice(0, 4)).toEqual(['audit.example/1', '12', head.root.toString('base64'), '']);
    expect(note.split('\n')[4]).toMatch(/^— audit\.example\/1 [A-Za-z0-9+/]{91}=$/);
  });

  it('is read back, alone or among others, also without its last end of line', () => {
    const notes = [signCheckpoint(head, key), signCheckpoint({ ...head, size: 13 }, key)];
    expect(readCheckpoints(`${notes.join('\n')}\n`).map(({ size }) => size)).toEqual([12, 13]);
    const [read] = readCheckpoints((notes[0] ?? '').trimEnd());
    expect(read && judgeSignature(read, [key])).toBe('signed');
    expect(() => readCheckpoints(`${notes[0]}\nand more`)).toThrow(/no checkpoint/);
  });

  it.each([
    ['another size', (note: string) => note.replace('\n12\n', '\n13\n')],
    ['another root', (note: string) => note.replace('AQEB', 'AQEC')],
    ['another line', (note: string) => note.replace('\n\n', '\nmore\n\n')],
  ])('with %s is forged', (_what, edit) => {
    const [read] = readCheckpoints(edit(signCheckpoint(head, key)));
    expect(read && judgeSignature(read, [key])).toBe('forged');
  });

  it('of a key that is not known is neither signed nor forged', () => {
    const [read] = readCheckpoints(signCheckpoint(head, key));
    const other = readSigningKey(makeSigningKey().seed, key.name, false);
    expect(read && judgeSignature(read, [other])).toBe('unknown');
  });
});

describe('a key', () => {
  it('has the id that C2SP computes of it', () => {
    expect(formatVerifyingKey(readVerifyingKey(GO_SUM, 'x'))).toBe(GO_SUM);
  });

  it('is read as a PEM, with its name, or bare', () => {
    const { seed: made, publicPem } = makeSigningKey();
    const own = readSigningKey(made, 'n', false);
    for (const form of [publicPem, formatVerifyingKey(own), own.raw.toString('base64')])
      expect(readVerifyingKey(form, 'n').id).toBe(own.id);
  });

  it('that is none is refused without being shown', () => {
    expect(() => readSigningKey('c2VjcmV0', 'n', false)).toThrow(/keygen --signing/);
    expect(() => readSigningKey('c2VjcmV0', 'n', false)).not.toThrow(/c2VjcmV0/);
    expect(() => readVerifyingKey('c2VjcmV0', 'n')).toThrow(/not a public Ed25519 key/);
  });
});
