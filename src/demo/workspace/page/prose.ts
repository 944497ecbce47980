/** Text as the page draws it, whether it came as mrkdwn, rich_text or Markdown. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'styled'; style: 'bold' | 'italic' | 'strike'; children: readonly Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; text: string }
  | { kind: 'user' | 'channel' | 'usergroup'; id: string; label: string | undefined }
  | { kind: 'broadcast'; range: string }
  | { kind: 'date'; timestamp: number; format: string; url: string | undefined; fallback: string }
  | { kind: 'emoji'; name: string; unicode: string }
  | { kind: 'color'; value: string };

export type Flow =
  | { kind: 'paragraph' | 'quote'; children: readonly Inline[] }
  | { kind: 'heading'; level: number; children: readonly Inline[] }
  | { kind: 'preformatted'; text: string }
  | { kind: 'list'; ordered: boolean; indent: number; start: number; items: readonly (readonly Inline[])[] };

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Slack stores exactly these three escaped and hands them back so. */
export function unescapeEntities(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** Only what a person may safely click; everything else stays text. */
export function safeUrl(url: string): string | undefined {
  const parsed = URL.parse(url);
  return parsed && ['http:', 'https:', 'mailto:'].includes(parsed.protocol) ? parsed.href : undefined;
}
