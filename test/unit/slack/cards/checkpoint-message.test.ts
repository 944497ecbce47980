import { describe, expect, it } from 'vitest';
import { judgeSignature, readCheckpoints, signCheckpoint } from '../../../../src/domain/checkpoint.ts';
import { makeSigningKey, readSigningKey } from '../../../../src/domain/signing-key.ts';
import { type CheckpointToPost, checkpointMessage } from '../../../../src/slack/cards/checkpoint-message.ts';
import { readableText } from '../../../support/readable-text.ts';

const key = readSigningKey(makeSigningKey().seed, 'countersign-audit/0d5f', false);
const note = signCheckpoint({ origin: key.name, size: 18_231, root: Buffer.alloc(32, 3) }, key);
const head = { size: 18_231, at: new Date('2026-11-03T08:00:00Z'), note, isKeyInDatabase: false };

const read = (posted: CheckpointToPost) =>
  readableText(JSON.parse(JSON.stringify(checkpointMessage(posted).blocks)));

describe("the day's head", () => {
  it('is a head that can be verified as it was copied out of Slack', () => {
    const { blocks } = checkpointMessage(head);
    const said = blocks.find((block) => block.type === 'rich_text');
    const box = said?.elements.find((element) => element.type === 'rich_text_preformatted');
    const copied =
      box?.elements.map((element) => (element.type === 'text' ? element.text : '')).join('') ?? '';
    const [copy] = readCheckpoints(copied);
    expect(copy && judgeSignature(copy, [key])).toBe('signed');
    expect(copy?.size).toBe(18_231);
  });

  it('says how much it covers, and warns where the key lies in the database', () => {
    expect(read(head)).toMatch(/18,231 events of the audit were signed/);
    expect(read(head)).not.toMatch(/AUDIT_SIGNING_KEY/);
    expect(read({ ...head, isKeyInDatabase: true })).toMatch(/AUDIT_SIGNING_KEY/);
  });
});
