import { z } from 'zod';
import type { Json } from '../domain/json.ts';
import type { RequestTemplate } from '../domain/manifest.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
type Key = (typeof METHODS)[number];

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

export const requestShape = {
  get: path.optional(),
  post: path.optional(),
  put: path.optional(),
  patch: path.optional(),
  delete: path.optional(),
  body: json.optional(),
};

type Shape = { [key in Key]?: string | undefined } & { body?: Json | undefined };

/** The one request of a shape; notes what is wrong with it. */
export function requestOf(shape: Shape, context: z.RefinementCtx): RequestTemplate {
  const [key, ...more] = METHODS.filter((each) => shape[each] !== undefined);
  if (key === undefined || more.length > 0) {
    context.addIssue({ code: 'custom', message: `must have exactly one of ${METHODS.join(', ')}` });
    return z.NEVER;
  }
  if (key === 'get' && shape.body !== undefined) {
    context.addIssue({ code: 'custom', message: 'a get has no body', path: ['body'] });
  }
  return { method: VERBS[key], path: shape[key] ?? '', body: shape.body };
}

export const request = z.strictObject(requestShape).transform(requestOf);
