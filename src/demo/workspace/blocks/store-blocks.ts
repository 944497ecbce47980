import { randomBytes } from 'node:crypto';
import { escapeMrkdwn, escapeText } from '../escape-text.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from '../json.ts';
import type { BlockView, Json } from '../protocol.ts';

/** Types that hold no action of their own, so that no action_id is made up for them. */
const passive = new Set(['plain_text', 'mrkdwn', 'image', 'raw_text', 'raw_number']);

function generatedId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

function storeText(value: JsonObject): JsonObject {
  const text = stringIn(value.text);
  if (value.type === 'plain_text') return { ...value, text: escapeText(text), emoji: value.emoji ?? true };
  if (value.type === 'mrkdwn')
    return { ...value, text: escapeMrkdwn(text), verbatim: value.verbatim ?? false };
  return typeof value.text === 'string' ? { ...value, text: escapeText(text) } : value;
}

function storeTexts(value: Json): Json {
  if (Array.isArray(value)) return value.map(storeTexts);
  if (!isObject(value)) return value;
  if (value.type === 'markdown') return value;
  const inner = Object.entries(value).map(([key, each]): [string, Json] => [key, storeTexts(each)]);
  return storeText(Object.fromEntries(inner));
}

function withActionId(element: JsonObject): JsonObject {
  if (passive.has(stringIn(element.type)) || stringIn(element.type).startsWith('rich_text_')) return element;
  return { ...element, action_id: stringIn(element.action_id) || generatedId() };
}

function withIds(block: JsonObject): BlockView {
  const stored: { -readonly [key in keyof BlockView]: BlockView[key] } = {
    ...block,
    type: stringIn(block.type),
    block_id: stringIn(block.block_id) || generatedId(),
  };
  if (block.type === 'actions' || block.type === 'context_actions')
    stored.elements = objectsIn(block.elements).map(withActionId);
  for (const key of ['accessory', 'element']) {
    const element = block[key];
    if (isObject(element)) stored[key] = withActionId(element);
  }
  if (Array.isArray(block.child_blocks))
    stored.child_blocks = objectsIn(block.child_blocks).map((each) => ({ ...withIds(each) }));
  return stored;
}

/** Validated blocks as Slack keeps them and hands them back: escaped, with ids and defaults. */
export function storeBlocks(blocks: Json): BlockView[] {
  return objectsIn(storeTexts(blocks)).map(withIds);
}
