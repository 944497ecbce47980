import type { Context } from '../context.ts';
import type { RenderedRequest } from '../domain/envelope.ts';
import { judgeAnswer } from '../domain/handoff.ts';
import { isObject } from '../domain/json.ts';
import type { System } from '../domain/manifest.ts';

/** A tool is called only as it is at this moment. Undefined: there is no such tool now, or it can't be asked for. */
export async function pin(
  context: Context,
  system: System,
  scope: string,
  request: RenderedRequest,
): Promise<RenderedRequest | undefined> {
  const connector = context.connectorOf(system);
  if (!('tool' in request) || !connector.pin) return request;
  const answer = await connector.pin({ tool: request.tool, arguments: {} }, scope);
  const body = answer.kind === 'answered' && judgeAnswer(answer) === 'done' ? answer.body : null;
  if (!isObject(body) || typeof body.server !== 'string' || typeof body.schema !== 'string') return undefined;
  return { ...request, pin: { server: body.server, schema: body.schema } };
}
