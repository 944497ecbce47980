import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../../src/demo/workspace/page/markdown.ts';
import { readDraft, writeBody, writeCurl } from '../../../src/demo/workspace/page/proposal-text.ts';
import { safeUrl } from '../../../src/demo/workspace/page/prose.ts';
import { formatSlackDate } from '../../../src/demo/workspace/page/slack-date.ts';

describe('safeUrl', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    ' javascript:1',
    'JaVaScRiPt:1',
    'nonsense',
  ])('refuses %s', (url) => {
    expect(safeUrl(url)).toBeUndefined();
  });

  it('shows a host that imitates another as what it is', () => {
    expect(safeUrl('https://аcme.test/')).toMatch(/^https:\/\/xn--/);
  });
});

describe('formatSlackDate', () => {
  const viewer = { now: new Date('2026-11-16T13:00:00Z'), timeZone: 'Asia/Tokyo' };
  const at = Date.parse('2026-11-16T15:30:00Z') / 1000;
  const format = (template: string) => formatSlackDate(at, template, 'fallback', viewer);

  it('speaks the reader’s time zone, where it is tomorrow already', () => {
    expect(format('{date_short_pretty} at {time}')).toBe('tomorrow at 12:30 AM');
    expect(format('{date_num}')).toBe('2026-11-17');
    expect(format('{ago}')).toBe('in 3 hours');
  });

  it('leaves a token that it does not know, and falls back without a time', () => {
    expect(format('{epoch}')).toBe('{epoch}');
    expect(formatSlackDate(Number.NaN, '{date}', 'fallback', viewer)).toBe('fallback');
  });
});

describe('parseMarkdown', () => {
  it('knows headings, lists, bold and links', () => {
    expect(parseMarkdown('## T\n- **b** [l](https://a.test)\n- c')).toEqual([
      { kind: 'heading', level: 2, children: [{ kind: 'text', text: 'T' }] },
      {
        kind: 'list',
        ordered: false,
        indent: 0,
        start: 1,
        items: [
          [
            { kind: 'styled', style: 'bold', children: [{ kind: 'text', text: 'b' }] },
            { kind: 'text', text: ' ' },
            { kind: 'link', url: 'https://a.test', text: 'l' },
          ],
          [{ kind: 'text', text: 'c' }],
        ],
      },
    ]);
  });
});

describe('the form for a proposal of one’s own', () => {
  const example =
    '{"action":"billing.refund","input":{"account":"4471","currency":"USD","amount":12},"reason":"r"}';

  it('starts from the example and keeps what it does not show', () => {
    const draft = readDraft(example);
    expect(draft).toMatchObject({ account: '4471', amount: '12', invoice: '' });
    expect(JSON.parse(writeBody(example, { ...draft, invoice: 'inv_1' }))).toMatchObject({
      input: { currency: 'USD', invoice: 'inv_1' },
    });
  });

  it('writes a curl that survives an apostrophe', () => {
    const curl = writeCurl(
      { url: 'http://127.0.0.1:3000/v1/proposals', headers: { a: 'b' }, example },
      '{"reason":"it\'s"}',
    );
    expect(curl).toBe(
      String.raw`curl -sS 'http://127.0.0.1:3000/v1/proposals' \
  -H 'a: b' \
  -d '{"reason":"it'\''s"}'`,
    );
  });
});
