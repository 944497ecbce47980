import { isObject, type JsonObject } from '../domain/json.ts';
import { EXIT, Stop } from '../errors.ts';
import { terminalText } from '../terminal-text.ts';
import type { ClientSettings } from './mcp.ts';

/** Plans look at systems of record first, each with patience of its own. */
const PATIENCE_MS = 120_000;

/**
 * Asks a running server as the person of COUNTERSIGN_KEY. Throws a {@link Stop} that says what the server said: exit 1 if it says no,
 * 69 if it can't be reached or can't answer now.
 */
export async function askServer<T extends object>(
  { url, key }: ClientSettings,
  command: string,
  said: JsonObject,
): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`${url}/v1/cli/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(said),
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'error',
    });
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Stop(EXIT.unavailable, terminalText(`${url} can't be reached: ${why}`));
  }
  const body = await bodyOf(response);
  // The server holds its answers against its own document (docs/openapi.json).
  if (response.ok) return body as T;
  const detail = typeof body.detail === 'string' ? body.detail : `it answered ${response.status}`;
  const hint = response.status === 401 ? ' The key is read from COUNTERSIGN_KEY.' : '';
  throw new Stop(response.status >= 500 ? EXIT.unavailable : EXIT.no, terminalText(detail + hint));
}

async function bodyOf(response: Response): Promise<JsonObject> {
  try {
    const body: unknown = await response.json();
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}
