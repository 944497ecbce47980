import { parseJson } from './json.ts';
import type { RequestEntry } from './protocol.ts';

type EntryStart = Pick<
  RequestEntry,
  'at' | 'direction' | 'transport' | 'name' | 'method' | 'url' | 'requestBody'
> &
  Partial<Pick<RequestEntry, 'signature' | 'findings'>>;
type EntryEnd = Pick<RequestEntry, 'latencyMs' | 'status' | 'ok' | 'responseBody'> &
  Partial<Pick<RequestEntry, 'error' | 'findings'>>;

export interface RequestLog {
  readonly entries: readonly RequestEntry[];
  /** Returns what completes the entry. */
  begin(start: EntryStart): (end: EntryEnd) => void;
}

const kept = 500;
const longestBody = 20_000;
const secret = /\b(xox[abpe]|xapp|xwfp)-[\w-]+/g;

function presentable(body: string): string {
  const parsed = parseJson(body);
  const pretty = parsed === undefined ? body : JSON.stringify(parsed, null, 2);
  const hidden = pretty.replace(secret, '$1-•••');
  return hidden.length > longestBody ? `${hidden.slice(0, longestBody)}\n…` : hidden;
}

export function createRequestLog(publish: (entry: RequestEntry) => void): RequestLog {
  const entries: RequestEntry[] = [];
  let last = 0;

  function put(entry: RequestEntry): void {
    const index = entries.findIndex((each) => each.id === entry.id);
    if (index >= 0) entries[index] = entry;
    else entries.push(entry);
    if (entries.length > kept) entries.shift();
    publish(entry);
  }

  return {
    entries,
    begin(start) {
      last += 1;
      const begun: RequestEntry = {
        id: last,
        latencyMs: null,
        status: null,
        ok: null,
        findings: [],
        responseBody: '',
        ...start,
        requestBody: presentable(start.requestBody),
      };
      put(begun);
      return (end) => put({ ...begun, ...end, responseBody: presentable(end.responseBody) });
    },
  };
}
