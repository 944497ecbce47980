import { parseInline } from './mrkdwn.ts';
import type { Flow, Inline } from './prose.ts';

/** The subset of CommonMark that Slack's `markdown` block shows; everything else stays as text. */
export function parseMarkdown(source: string): readonly Flow[] {
  const flows: Flow[] = [];
  for (const chunk of source.split(/(```[\s\S]*?```)/g)) {
    if (chunk.startsWith('```')) {
      flows.push({ kind: 'preformatted', text: chunk.replace(/^```[^\n]*\n?|\n?```$/g, '') });
    } else {
      for (const paragraph of chunk.split(/\n{2,}/)) flows.push(...readParagraph(paragraph));
    }
  }
  return flows;
}

function readParagraph(paragraph: string): readonly Flow[] {
  const flows: Flow[] = [];
  for (const line of paragraph.split('\n').filter((each) => each.trim() !== '')) {
    appendLine(flows, line);
  }
  return flows;
}

function appendLine(flows: Flow[], line: string): void {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  const item = /^(\s*)(?:[-*+]|(\d+)\.)\s+(.*)$/.exec(line);
  const quote = /^>\s?(.*)$/.exec(line);
  const last = flows.at(-1);
  if (heading) {
    flows.push({ kind: 'heading', level: heading[1]?.length ?? 1, children: readInline(heading[2] ?? '') });
  } else if (item) {
    const ordered = item[2] !== undefined;
    const indent = Math.floor((item[1]?.length ?? 0) / 2);
    const children = readInline(item[3] ?? '');
    if (last?.kind === 'list' && last.ordered === ordered && last.indent === indent) {
      flows[flows.length - 1] = { ...last, items: [...last.items, children] };
    } else {
      flows.push({ kind: 'list', ordered, indent, start: Number(item[2] ?? 1), items: [children] });
    }
  } else {
    const kind = quote ? 'quote' : 'paragraph';
    const children = readInline(quote ? (quote[1] ?? '') : line);
    const before = last?.kind === kind ? last : undefined;
    if (before) flows.pop();
    flows.push({
      kind,
      children: before ? [...before.children, { kind: 'text', text: '\n' }, ...children] : children,
    });
  }
}

/** `**bold**`, `*italic*`, `~~strike~~` and `[text](url)` become their mrkdwn twins, which are parsed already. */
function readInline(source: string): readonly Inline[] {
  const mrkdwn = source
    .replace(/\[([^\]\n]+)\]\(([^()\s]+)\)/g, '<$2|$1>')
    .replace(/(?<![*\w])\*([^*\n]+)\*(?![*\w])/g, '_$1_')
    .replace(/\*\*([^*\n]+)\*\*/g, '*$1*')
    .replace(/__([^_\n]+)__/g, '*$1*')
    .replace(/~~([^~\n]+)~~/g, '~$1~');
  return parseInline(mrkdwn);
}
