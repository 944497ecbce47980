import { nearest } from '../domain/nearest.ts';
import type { Answer } from './answer.ts';
import type { Method, Route } from './call.ts';
import { problem } from './problem.ts';

export type Match =
  | { readonly found: true; readonly route: Route; readonly params: Record<string, string> }
  | { readonly found: false; readonly refusal: Answer };

/** Finds the route of a request; HEAD is GET without its body, which Node leaves out by itself. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const asked = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<Method>();
  for (const route of routes) {
    const params = paramsOf(route.path, path);
    if (!params) continue;
    if (route.method === asked) return { found: true, route, params };
    allowed.add(route.method);
  }
  if (allowed.size === 0) return { found: false, refusal: nothingThere(routes, path) };
  const allow = [...allowed].flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each])).join(', ');
  const refusal = problem('method-not-allowed', `It takes ${allow}.`, {}, { allow });
  return { found: false, refusal };
}

function nothingThere(routes: readonly Route[], path: string): Answer {
  const meant = nearest(
    path.slice(0, 200),
    routes.map((route) => route.path),
  );
  return problem(
    'no-such-route',
    meant ? `Did you mean ${meant}?` : 'See GET /v1/actions for what you may do.',
  );
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return undefined;
    if (name !== undefined) params[name] = decode(value);
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
