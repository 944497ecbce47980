import { type Directory, personName } from './directory.ts';
import { parseMrkdwn } from './mrkdwn.ts';
import type { Flow, Inline } from './prose.ts';
import { formatSlackDate } from './slack-date.ts';

/** mrkdwn as plain words, for where nothing can be styled: notifications. */
export function mrkdwnToText(source: string, directory: Directory): string {
  return parseMrkdwn(source)
    .map((flow) => flowText(flow, directory))
    .join('\n');
}

function flowText(flow: Flow, directory: Directory): string {
  if (flow.kind === 'preformatted') return flow.text;
  if (flow.kind === 'list') return flow.items.map((item) => inlineText(item, directory)).join('\n');
  return inlineText(flow.children, directory);
}

function inlineText(inlines: readonly Inline[], directory: Directory): string {
  return inlines.map((inline) => wordsOf(inline, directory)).join('');
}

function wordsOf(inline: Inline, directory: Directory): string {
  switch (inline.kind) {
    case 'styled':
      return inlineText(inline.children, directory);
    case 'user':
      return `@${personName(directory, inline.id)}`;
    case 'channel':
      return `#${directory.conversations.get(inline.id)?.name ?? inline.label ?? inline.id}`;
    case 'usergroup':
      return `@${directory.groups.get(inline.id)?.handle ?? inline.label ?? inline.id}`;
    case 'broadcast':
      return `@${inline.range}`;
    case 'date':
      return formatSlackDate(inline.timestamp, inline.format, inline.fallback, directory.viewer);
    case 'emoji':
      return inline.unicode;
    case 'color':
      return inline.value;
    case 'text':
    case 'code':
    case 'link':
      return inline.text;
  }
}
