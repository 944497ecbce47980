import { type JsonObject, listIn, objectIn, objectsIn, stringIn } from './json.ts';
import type { BlockView, Json, NotificationPreview } from './protocol.ts';
import type { Message } from './state.ts';
import type { World } from './world.ts';

const unseen = 'Unable to show preview';

/**
 * What a notification of the message says, as mrkdwn with its references: on a desktop from the blocks first, on a phone
 * from `text` alone. Texts stay escaped, so that what an agent wrote is no reference here either.
 */
export function notificationOf(world: World, message: Message): NotificationPreview {
  const channel = world.state.channels[message.channel];
  const where = channel?.kind === 'dm' ? '' : ` in #${channel?.name ?? ''}`;
  const author = world.state.people[message.user]?.name ?? message.user;
  const fromBlocks = message.blocks.map(wordsOf).filter(Boolean).join(' ');
  return {
    channel: message.channel,
    ts: message.ts,
    title: `${author}${where}`,
    desktop: fromBlocks || message.text || unseen,
    mobile: message.text || unseen,
  };
}

/** The texts of headers, sections, contexts and rich text; not of buttons. */
function wordsOf(block: BlockView): string {
  switch (block.type) {
    case 'header':
    case 'markdown':
      return textOf(block.text);
    case 'section':
      return [block.text, ...listIn(block.fields)].map(textOf).filter(Boolean).join(' ');
    case 'context':
      return listIn(block.elements).map(textOf).filter(Boolean).join(' ');
    case 'rich_text':
      return objectsIn(block.elements).map(richPart).filter(Boolean).join(' ');
    default:
      return '';
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : stringIn(objectIn(value).text);
}

/** A section, quote or list of sections; what is inside of one is written without gaps. */
function richPart(part: JsonObject): string {
  const elements = objectsIn(part.elements);
  if (part.type === 'rich_text_list') return elements.map(richPart).join(' ');
  return elements.map(richElement).join('');
}

function richElement(element: JsonObject): string {
  switch (element.type) {
    case 'user':
      return `<@${stringIn(element.user_id)}>`;
    case 'usergroup':
      return `<!subteam^${stringIn(element.usergroup_id)}>`;
    case 'channel':
      return `<#${stringIn(element.channel_id)}>`;
    case 'emoji':
      return `:${stringIn(element.name)}:`;
    case 'date': {
      const fallback = stringIn(element.fallback);
      const at = typeof element.timestamp === 'number' ? element.timestamp : 0;
      return `<!date^${at}^${stringIn(element.format)}|${fallback}>`;
    }
    default:
      return stringIn(element.text) || stringIn(element.url);
  }
}
