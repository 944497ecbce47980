import { unescapeText } from '../../src/demo/workspace/escape-text.ts';
import type { Json } from '../../src/demo/workspace/protocol.ts';

/** Keys of blocks and elements that hold what a reader sees, in the order in which it is read. */
const shown = [
  'title',
  'label',
  'text',
  'fields',
  'caption',
  'subtitle',
  'body',
  'rows',
  'options',
  'elements',
  'element',
  'accessory',
  'child_blocks',
  'fallback',
  'user_id',
  'alt_text',
  'hint',
];

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  if (typeof value.type === 'string' && value.type.startsWith('rich_text_') && Array.isArray(value.elements))
    return [value.elements.flatMap(texts).join(value.type === 'rich_text_list' ? '\n' : '')];
  return shown.flatMap((key) => texts(value[key] ?? null));
}

/** What a reader sees of a text object, an element or blocks, unescaped, one line a text. */
export function readableText(value: Json): string {
  return unescapeText(texts(value).join('\n'));
}
