import { escapeText } from '../escape-text.ts';
import type { Fields, Kind, Rule } from './rules.ts';
import { boolean, byType, integer, list, object, oneOf, string } from './rules.ts';

const style = object(
  {},
  {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    code: boolean,
    underline: boolean,
    highlight: boolean,
    client_highlight: boolean,
    unlink: boolean,
  },
);
const styled: Fields = { style };

const counted: Rule = (value, pointer, walk) => {
  string(Number.POSITIVE_INFINITY, 1)(value, pointer, walk);
  if (typeof value === 'string') walk.characters += escapeText(value).length;
};

const inline: { readonly [type: string]: Kind } = {
  text: { required: { text: counted }, optional: styled },
  link: { required: { url: string(3_000, 1) }, optional: { ...styled, text: counted, unsafe: boolean } },
  user: { required: { user_id: string() }, optional: styled },
  usergroup: { required: { usergroup_id: string() }, optional: styled },
  team: { required: { team_id: string() }, optional: styled },
  channel: { required: { channel_id: string() }, optional: styled },
  emoji: {
    required: { name: string(255, 1) },
    optional: { ...styled, unicode: string(), url: string(), skin_tone: integer(1, 6) },
  },
  broadcast: { required: { range: oneOf('here', 'channel', 'everyone') }, optional: styled },
  color: { required: { value: string(7, 4) }, optional: styled },
  date: {
    required: { timestamp: integer(), format: string(255, 1) },
    optional: { ...styled, url: string(), fallback: string() },
  },
};

const inlines = list(byType(inline), Number.POSITIVE_INFINITY, 0);
const section: Kind = { required: { elements: inlines } };
const border: Fields = { border: integer(0, 1) };

export const richTextElements = list(
  byType({
    rich_text_section: section,
    rich_text_quote: { required: { elements: inlines }, optional: border },
    rich_text_preformatted: {
      required: { elements: list(byType(inline, ['text', 'link']), Number.POSITIVE_INFINITY, 0) },
      optional: { ...border, language: string() },
    },
    rich_text_list: {
      required: {
        elements: list(byType({ rich_text_section: section }), Number.POSITIVE_INFINITY, 0),
        style: oneOf('bullet', 'ordered'),
      },
      optional: { ...border, indent: integer(0, 8), offset: integer(0) },
    },
  }),
  Number.POSITIVE_INFINITY,
  0,
);
