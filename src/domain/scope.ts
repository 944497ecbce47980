import type { RequestTemplate } from './connector-config.ts';
import type { RenderedRequest } from './envelope.ts';

/** The scope under which a drill plays somebody else's hand. No manifest can name it. */
export const EDITS = 'edits by others';

/** The line that covers what a template asks for, and nothing wider: every `${{ … }}` is one segment. */
export function lineOf(request: RequestTemplate): string {
  if ('method' in request)
    return `${request.method} ${(request.path.split('?')[0] ?? '').replace(/[^/]*\$\{\{.*?\}\}[^/]*/gs, '*')}`;
  if ('tool' in request) return request.tool;
  return 'event' in request ? request.event : BY_HAND;
}

/** The line of a scope under which a person may write. */
export const BY_HAND = 'by hand';

/** Whether a scope's lines cover what is asked. A tool and an event are covered by their exact name. */
export function coversRequest(lines: readonly string[], request: RequestTemplate | RenderedRequest): boolean {
  if ('method' in request) return covers(lines, request.method, request.path);
  if ('tool' in request) return lines.includes(request.tool);
  if ('event' in request) return lines.includes(request.event);
  return lines.includes(BY_HAND);
}

/**
 * Whether an HTTP request is covered by the lines of a scope (`GET /accounts/*`). `*` stands for exactly one segment; the query
 * does not count. A path that a server could read in two ways (an encoded slash, dots, a doubled encoding) is covered by
 * nothing, so that what was checked here is what is asked for there.
 */
export function covers(lines: readonly string[], method: string, path: string): boolean {
  const segments = segmentsOf(path);
  return segments !== undefined && lines.some((line) => matches(line, method, segments));
}

function matches(line: string, method: string, segments: readonly string[]): boolean {
  const [verb, pattern = ''] = line.split(' ');
  const wanted = pattern.split('/').slice(1);
  if (verb !== method || wanted.length !== segments.length) return false;
  return wanted.every((each, index) => each === '*' || each === segments[index]);
}

function segmentsOf(path: string): readonly string[] | undefined {
  const [bare = ''] = path.split(/[?#]/, 1);
  if (!bare.startsWith('/')) return undefined;
  try {
    const segments = bare.slice(1).split('/').map(decodeURIComponent);
    return segments.some(isAmbiguous) ? undefined : segments;
  } catch {
    return undefined; // a broken percent-encoding
  }
}

function isAmbiguous(segment: string): boolean {
  // `..;` is `..` to servers that cut path parameters off; `%2f` left after decoding was encoded twice; control
  // characters are dropped by URL parsers, which joins what stands around them.
  return segment === '' || /^\.{1,2}(;|$)|[/\\\p{Cc}]|%[0-9a-f]{2}/iu.test(segment);
}
