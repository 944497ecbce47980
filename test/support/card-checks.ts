import type { KnownBlock } from '@slack/types';
import { asText, validateBlocks } from '../../src/demo/workspace/blocks/validate-blocks.ts';
import type { SlackMessage } from '../../src/slack/cards/message.ts';
import { toBlocks } from './gallery-world.ts';

const CLASSIC = ['header', 'section', 'rich_text', 'context', 'actions', 'divider'];
const COMMANDS = /<[!@#]|<https?:/;

/** What Slack or a reader would object to in a message; empty: nothing. */
export function objections({ text, blocks }: SlackMessage): string[] {
  const wire = toBlocks(blocks).map((block) => ({ ...block }));
  const { findings, tooLong } = validateBlocks(JSON.parse(JSON.stringify(wire)), 'message');
  const found = findings.map(asText);
  if (tooLong) found.push('too much text in all');
  if (text === '' || text.length > 4_000) found.push(`text of ${text.length} characters`);
  if (COMMANDS.test(text)) found.push(`text holds ${text}`);
  for (const block of blocks) if (!CLASSIC.includes(block.type)) found.push(`block ${block.type}`);
  for (const each of objectsIn(blocks)) {
    if (each.type === 'mrkdwn') found.push(`mrkdwn ${String(each.text)}`);
    // Only to a message of the workspace itself.
    const isToMessage = /^https:\/\/acme\.slack\.com\/archives\/[A-Z0-9]+\/p\d+$/.test(String(each.url));
    if (each.type === 'link' && !isToMessage) found.push(`link ${String(each.url)}`);
    if (each.type === 'plain_text' && each.emoji !== false) found.push('emoji in plain text');
  }
  return found;
}

/** Every object in a tree. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [Object.fromEntries(Object.entries(value)), ...Object.values(value).flatMap(objectsIn)];
}

/** What stands before the agent's own words. */
export function factsIn(blocks: readonly KnownBlock[]): readonly KnownBlock[] {
  const at = blocks.findIndex((block) => block.block_id?.startsWith('agent-label'));
  if (at < 0) throw new Error('the card has no words of the agent');
  return blocks.slice(0, at);
}
