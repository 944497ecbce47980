import type { Finding, Surface } from '../blocks/rules.ts';
import { storeBlocks } from '../blocks/store-blocks.ts';
import { asText, validateBlocks } from '../blocks/validate-blocks.ts';
import { escapeMrkdwn } from '../escape-text.ts';
import { isObject, type JsonObject, objectsIn, stringIn } from '../json.ts';
import { limits } from '../limits.ts';
import type { BlockView } from '../protocol.ts';
import type { World } from '../world.ts';
import { Refusal, structure, text } from './call.ts';

function invalidBlocks(findings: readonly Finding[]): Refusal {
  const errors = findings.map(asText);
  return new Refusal('invalid_blocks', {
    errors,
    response_metadata: { messages: errors.map((error) => `[ERROR] ${error}`) },
  });
}

/** Files that a block shows must be shared; a private one is not yet a Slack file for others. */
function fileFindings(world: World, blocks: readonly JsonObject[]): Finding[] {
  return blocks.flatMap((block, index) => {
    if (!isObject(block.slack_file)) return [];
    const file = world.state.files[stringIn(block.slack_file.id)];
    const isShown = file?.isComplete && file.channels.length > 0;
    return isShown ? [] : [{ message: 'invalid slack file', pointer: `/blocks/${index}/slack_file` }];
  });
}

function checkedBlocks(world: World, args: JsonObject, surface: Surface): BlockView[] | undefined {
  const blocks = structure(args, 'blocks');
  if (blocks === undefined) return undefined;
  if (!Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  const { findings, tooLong } = validateBlocks(blocks, surface);
  const all = [...findings, ...fileFindings(world, objectsIn(blocks))];
  if (all.length > 0) throw invalidBlocks(all);
  if (tooLong) throw new Refusal('msg_blocks_too_long');
  return storeBlocks(blocks);
}

export interface Content {
  readonly text: string;
  readonly blocks: BlockView[];
  readonly metadata?: JsonObject;
  readonly warnings: readonly string[];
}

/** Text, blocks and metadata of a message, checked and as they are stored. */
export function messageContent(world: World, args: JsonObject): Content {
  const blocks = checkedBlocks(world, args, 'message');
  const raw = text(args, 'text');
  const attachments = structure(args, 'attachments');
  if (Array.isArray(attachments) && attachments.length > limits.message.attachments)
    throw new Refusal('too_many_attachments');
  if (!raw && (blocks ?? []).length === 0 && objectsIn(attachments).length === 0)
    throw new Refusal('no_text');
  const metadata = metadataOf(args);
  const cut = raw.length > limits.message.text;
  return {
    text: escapeMrkdwn(cut ? raw.slice(0, limits.message.text) : raw),
    blocks: blocks ?? [],
    ...(metadata ? { metadata } : {}),
    warnings: cut ? ['message_truncated'] : [],
  };
}

function metadataOf(args: JsonObject): JsonObject | undefined {
  const metadata = structure(args, 'metadata');
  if (metadata === undefined) return undefined;
  if (!isObject(metadata) || !stringIn(metadata.event_type) || !isObject(metadata.event_payload))
    throw new Refusal('invalid_metadata_format');
  if (JSON.stringify(metadata).length > limits.message.metadataBytes) throw new Refusal('metadata_too_large');
  return { event_type: stringIn(metadata.event_type), event_payload: metadata.event_payload };
}
