import { findEmoji } from './emoji.ts';
import { asList, asLoose, asNumber, asText, type Loose } from './loose-json.ts';
import { type Flow, type Inline, unescapeEntities } from './prose.ts';

/** The value of a `rich_text` block; `text` elements interpret nothing, which is why agents' words go there. */
export function readRichText(block: Loose): readonly Flow[] {
  return asList(block.elements).map(readPart);
}

function readPart(part: Loose): Flow {
  switch (part.type) {
    case 'rich_text_section':
      return { kind: 'paragraph', children: readElements(part) };
    case 'rich_text_quote':
      return { kind: 'quote', children: readElements(part) };
    case 'rich_text_preformatted':
      return { kind: 'preformatted', text: asList(part.elements).map(plainOf).join('') };
    case 'rich_text_list':
      return {
        kind: 'list',
        ordered: part.style === 'ordered',
        indent: asNumber(part.indent) ?? 0,
        start: (asNumber(part.offset) ?? 0) + 1,
        items: asList(part.elements).map(readElements),
      };
    default:
      return { kind: 'paragraph', children: [unknownElement(part)] };
  }
}

function plainOf(element: Loose): string {
  return unescapeEntities(asText(element.text) || asText(element.url));
}

function unknownElement(element: Loose): Inline {
  return { kind: 'code', text: `unsupported rich text: ${asText(element.type) || 'no type'}` };
}

function readElements(part: Loose): readonly Inline[] {
  return asList(part.elements).map((element) => applyStyle(readElement(element), asLoose(element.style)));
}

function applyStyle(inline: Inline, style: Loose): Inline {
  let styled: Inline =
    style.code === true && inline.kind === 'text' ? { kind: 'code', text: inline.text } : inline;
  if (style.strike === true) styled = { kind: 'styled', style: 'strike', children: [styled] };
  if (style.italic === true) styled = { kind: 'styled', style: 'italic', children: [styled] };
  if (style.bold === true) styled = { kind: 'styled', style: 'bold', children: [styled] };
  return styled;
}

function readElement(element: Loose): Inline {
  switch (element.type) {
    case 'text':
      return { kind: 'text', text: unescapeEntities(asText(element.text)) };
    case 'link':
      return { kind: 'link', url: unescapeEntities(asText(element.url)), text: plainOf(element) };
    case 'user':
      return { kind: 'user', id: asText(element.user_id), label: undefined };
    case 'usergroup':
      return { kind: 'usergroup', id: asText(element.usergroup_id), label: undefined };
    case 'channel':
      return { kind: 'channel', id: asText(element.channel_id), label: undefined };
    case 'team':
      return { kind: 'text', text: asText(element.team_id) };
    case 'broadcast':
      return { kind: 'broadcast', range: asText(element.range) };
    case 'color':
      return { kind: 'color', value: asText(element.value) };
    case 'emoji': {
      const name = asText(element.name);
      return { kind: 'emoji', name, unicode: findEmoji(name) ?? `:${name}:` };
    }
    case 'date':
      return {
        kind: 'date',
        timestamp: asNumber(element.timestamp) ?? Number.NaN,
        format: asText(element.format),
        url: asText(element.url) || undefined,
        fallback: asText(element.fallback),
      };
    default:
      return unknownElement(element);
  }
}
