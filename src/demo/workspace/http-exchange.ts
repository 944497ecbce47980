import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from './json.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** What is wrong with a request, with the status that says so. */
export class BadRequest extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

const longestBody = 10 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > longestBody) throw new BadRequest('the body is larger than 10 MB', 413);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): string {
  const json = JSON.stringify(body);
  answerText(response, status, json, { 'content-type': 'application/json; charset=utf-8', ...headers });
  return json;
}

export function answerText(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string>,
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'x-content-type-options': 'nosniff', ...headers });
  response.end(body);
}

export function formFields(body: string): JsonObject {
  return Object.fromEntries(new URLSearchParams(body));
}

/** A page elsewhere may not act here: its requests bear another origin, or another content type. */
export async function readOwnJson({ request, url }: Exchange): Promise<unknown> {
  const origin = request.headers.origin;
  if (origin !== undefined && origin !== url.origin) throw new BadRequest(`not for pages of ${origin}`, 403);
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new BadRequest('the content type must be application/json', 415);
  try {
    return JSON.parse((await readBody(request)).toString());
  } catch {
    throw new BadRequest('the body is not JSON');
  }
}
