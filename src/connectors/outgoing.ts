import type { HttpConnector } from '../domain/connector-config.ts';
import type { HttpRequest } from '../domain/envelope.ts';
import { RECEIPT_HEADER } from '../domain/receipt.ts';

/** The target as it goes into the request line; undefined: it is not plainly below `base_url`. Nothing in it can name another host. */
export function targetOf(base: URL, path: string): string | undefined {
  // What a URL may hold and every parser reads alike: no blank or control that would end the line, no `#`, no `\`.
  if (!/^\/(?!\/)[\w\-.~!$&'()*+,;=:@%/?[\]]*$/.test(path)) return undefined;
  const target = base.pathname.replace(/\/+$/, '') + path;
  const parsed = URL.parse(base.origin + target);
  if (parsed?.origin !== base.origin || parsed.pathname !== target.split('?', 1)[0]) return undefined;
  return target;
}

/** Without its query, which may say more than an error should. */
export function nameOf(request: HttpRequest): string {
  const [path = ''] = request.path.split(/[?#]/, 1);
  return `${request.method} ${path.replace(/[^\x21-\x7e]/g, '?').slice(0, 200)}`;
}

/** Headers of one call, the names in lower case. `unfit` names the one whose value can't be sent, never its value. */
export type HeadersOf =
  | { readonly ok: true; readonly headers: Record<string, string> }
  | { readonly ok: false; readonly unfit: string };

export function headersOf(
  config: Pick<HttpConnector, 'headers'> & Partial<Pick<HttpConnector, 'idempotencyHeader'>>,
  call: {
    readonly secret: string;
    readonly key: string | undefined;
    readonly receipt: string | undefined;
    readonly hasBody: boolean;
  },
): HeadersOf {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'countersign' };
  if (call.hasBody) headers['content-type'] = 'application/json';
  for (const [name, template] of Object.entries(config.headers)) {
    headers[name.toLowerCase()] = template.split('${secret}').join(call.secret);
  }
  const keyHeader = config.idempotencyHeader?.toLowerCase();
  if (keyHeader !== undefined && call.key !== undefined) headers[keyHeader] = call.key;
  if (call.receipt !== undefined) headers[RECEIPT_HEADER] = call.receipt;
  const unfit = Object.keys(headers).find(
    (name) => !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(headers[name] ?? ''),
  );
  return unfit === undefined ? { ok: true, headers } : { ok: false, unfit };
}
