import { describe, expect, it } from 'vitest';
import { readRichText } from '../../../src/demo/workspace/page/rich-text.ts';

const section = (...elements: object[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

describe('readRichText', () => {
  it('interprets nothing in a text element', () => {
    const words = '*approve* <!channel> https://evil.test :white_check_mark:';
    expect(readRichText(section({ type: 'text', text: words }))).toEqual([
      { kind: 'paragraph', children: [{ kind: 'text', text: words }] },
    ]);
  });

  it('resolves the entities that Slack stores', () => {
    expect(readRichText(section({ type: 'text', text: 'a &lt;b&gt; &amp;' }))).toEqual([
      { kind: 'paragraph', children: [{ kind: 'text', text: 'a <b> &' }] },
    ]);
  });

  it('nests styles, and turns a code style into code', () => {
    const [flow] = readRichText(section({ type: 'text', text: 'x', style: { bold: true, code: true } }));
    expect(flow).toEqual({
      kind: 'paragraph',
      children: [{ kind: 'styled', style: 'bold', children: [{ kind: 'code', text: 'x' }] }],
    });
  });

  it('keeps the indent, the order and the start of a list', () => {
    const list = {
      type: 'rich_text_list',
      style: 'ordered',
      indent: 1,
      offset: 2,
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'third' }] }],
    };
    expect(readRichText({ type: 'rich_text', elements: [list] })).toEqual([
      { kind: 'list', ordered: true, indent: 1, start: 3, items: [[{ kind: 'text', text: 'third' }]] },
    ]);
  });

  it('shows an element of a kind that it does not know', () => {
    const [flow] = readRichText(section({ type: 'hologram' }));
    expect(JSON.stringify(flow)).toContain('hologram');
  });
});
