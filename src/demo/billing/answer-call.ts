import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { Answer, Books } from './books.ts';
import { isApproved } from './verify-receipt.ts';
import { readWriteRequest } from './write-request.ts';

export const maxBodyBytes = 64 * 1024;

export interface Guards {
  readonly token: string;
  /** Where the keys of receipts are; undefined: it does not ask for receipts. */
  readonly jwks: string | undefined;
}

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) });

/** What is written here somebody has approved, or it is not written. */
async function refuseUnapproved(
  request: IncomingMessage,
  body: string,
  jwks: string | undefined,
): Promise<Answer | undefined> {
  if (jwks === undefined) return undefined;
  const receipt = header(request, 'countersign-receipt');
  if (receipt === null) return refuse(403, 'Nobody approved this: send countersign-receipt');
  try {
    const { keys } = keySet.parse(await (await fetch(jwks, { signal: AbortSignal.timeout(2_000) })).json());
    const { method = '', url: path = '' } = request;
    const write = { method, path, body, idempotencyKey: header(request, 'idempotency-key') };
    return isApproved(keys, receipt, write) ? undefined : refuse(403, 'This is not what was approved');
  } catch {
    return refuse(503, 'Who approved this can not be checked now');
  }
}

/** A `body` of undefined was too long to be kept. */
export async function answerCall(
  books: Books,
  request: IncomingMessage,
  url: URL,
  body: string | undefined,
  { token, jwks, isSandbox }: Guards & { readonly isSandbox: boolean },
): Promise<Answer> {
  if (!isAuthorized(request, token)) return refuse(401, 'Send Authorization: Bearer <token>');
  if (body === undefined) return refuse(413, `Bodies may have ${maxBodyBytes} bytes`);
  const path = url.pathname;
  if (request.method === 'POST')
    return (await refuseUnapproved(request, body, jwks)) ?? answerPost(books, request, path, body, isSandbox);
  if (request.method !== 'GET') return refuse(405, 'Only GET and POST are served');
  const [, kind, id] = /^\/(accounts|refunds)\/([^/]+)$/.exec(path) ?? [];
  if (kind === 'accounts' && id) return books.account(id);
  if (kind === 'refunds' && id) return books.refund(id);
  if (path !== '/refunds') return refuse(404, 'There is no such page');
  const key = url.searchParams.get('key');
  return key === null ? refuse(400, 'Say which: /refunds?key=…') : books.refundByKey(key);
}

async function answerPost(
  books: Books,
  request: IncomingMessage,
  path: string,
  text: string,
  isSandbox: boolean,
): Promise<Answer> {
  const body = parseObject(text);
  if (body === undefined) return refuse(400, 'The body must be a JSON object');
  if (isSandbox && path === '/reset') return books.write(header(request, 'idempotency-key'), { do: 'reset' });
  const asked = readWriteRequest(path, body, request.headers['if-match']);
  if (asked === undefined) return refuse(404, 'There is no such page');
  if (typeof asked === 'string') return refuse(400, asked);
  return books.write(header(request, 'idempotency-key'), asked);
}

function refuse(status: number, error: string): Answer {
  return { status, body: { error } };
}

/** Hashed first: comparing in constant time takes equal lengths. */
function isAuthorized(request: IncomingMessage, token: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(request.headers.authorization ?? ''), hash(`Bearer ${token}`));
}

export function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

/** An empty body is an empty object: a void has nothing to say. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text || '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
