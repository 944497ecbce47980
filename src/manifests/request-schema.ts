import { z } from 'zod';
import type { RequestTemplate } from '../domain/connector-config.ts';
import { isObject, type Json, type JsonObject } from '../domain/json.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const VERBS = { get: 'GET', post: 'POST', put: 'PUT', patch: 'PATCH', delete: 'DELETE' } as const;

/** `/path?query` with `${{ … }}`; what stands around them is sent as it is, so it must be good in a URL. */
const path = z
  .string()
  .max(1_000, 'must be at most 1000 characters long')
  .regex(
    /^\/(?!\/)(?:\$\{\{.*?\}\}|[A-Za-z0-9\-._~!$&'()*+,;=:@/?%])*$/s,
    'must be a path such as /accounts/${{ input.account }}',
  );

const json = z.custom<Json>();
const tree = z.custom<JsonObject>(isObject, 'must be a map of keys');

export const requestShape = {
  get: path.optional(),
  post: path.optional(),
  put: path.optional(),
  patch: path.optional(),
  delete: path.optional(),
  body: json.optional(),
  tool: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,128}$/, 'must be the name of a tool')
    .optional(),
  arguments: tree.optional(),
  event: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be the type of an event such as com.acme.fulfilment.hold')
    .optional(),
  data: tree.optional(),
  instructions: z
    .string()
    .min(1, 'must not be empty')
    .max(4_000, 'must be at most 4000 characters long')
    .optional(),
};

type Shape = z.output<z.ZodObject<typeof requestShape>>;

const HEADS = [...METHODS, 'tool', 'event', 'instructions'] as const;
/** What may stand beside each; nothing else may. */
const BESIDE = { body: METHODS, arguments: ['tool'], data: ['event'] } as const;

/** The one request of a shape; notes what is wrong with it. */
export function requestOf(shape: Shape, context: z.RefinementCtx): RequestTemplate {
  const [head, ...more] = HEADS.filter((each) => shape[each] !== undefined);
  if (head === undefined || more.length > 0) {
    context.addIssue({ code: 'custom', message: `must have exactly one of ${HEADS.join(', ')}` });
    return z.NEVER;
  }
  for (const key of ['body', 'arguments', 'data'] as const) {
    const heads: readonly string[] = BESIDE[key];
    if (shape[key] === undefined || heads.includes(head)) continue;
    context.addIssue({ code: 'custom', message: `does not belong to ${head}`, path: [key] });
  }
  if (head === 'get' && shape.body !== undefined) {
    context.addIssue({ code: 'custom', message: 'a get has no body', path: ['body'] });
  }
  switch (head) {
    case 'tool':
      return { tool: shape.tool ?? '', arguments: shape.arguments ?? {} };
    case 'event':
      return { event: shape.event ?? '', data: shape.data ?? {} };
    case 'instructions':
      return { instructions: shape.instructions ?? '' };
    default:
      return { method: VERBS[head], path: shape[head] ?? '', body: shape.body };
  }
}

/** Where in its manifest a request names what it asks for. */
export function headOf(request: RequestTemplate): string {
  if ('method' in request) return request.method.toLowerCase();
  if ('tool' in request) return 'tool';
  return 'event' in request ? 'event' : 'instructions';
}

export const request = z.strictObject(requestShape).transform(requestOf);
