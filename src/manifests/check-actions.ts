import type { RequestTemplate } from '../domain/connector-config.ts';
import { compileSchema } from '../domain/input-schema.ts';
import { isObject, type Json } from '../domain/json.ts';
import type { Action, System } from '../domain/manifest.ts';
import { coversRequest } from '../domain/scope.ts';
import type { Drafts } from './drafts.ts';
import { hint } from './hint.ts';
import type { Path } from './problem.ts';
import { headOf } from './request-schema.ts';
import type { Source } from './source.ts';

/** Stands for whatever a template yields; no line of a scope can hold it, so only `*` covers it. */
const ANY = encodeURIComponent('\uFFFC');

/** Input schemas compile, and every request is covered by the system's own lines. */
export function checkActions(drafts: Drafts): void {
  for (const { source, value: system } of drafts.systems) {
    for (const action of Object.values(system.actions)) {
      checkInput(source, action);
      checkCoverage(source, system, action);
    }
  }
}

function anyOf(request: RequestTemplate): RequestTemplate {
  return 'path' in request ? { ...request, path: request.path.replace(/\$\{\{.*?\}\}/gs, ANY) } : request;
}

function checkInput(source: Source, { id, input }: Action): void {
  const message = wrongWith(input);
  if (message !== undefined) source.report(['actions', id, 'input'], message, 'error', 'key');
}

function wrongWith(input: Json): string | undefined {
  if (!isObject(input) || input.type !== 'object') return 'must be a JSON Schema of type: object';
  if ('$id' in input) return 'must have no $id: the schema belongs to its action';
  try {
    compileSchema(input);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it does not compile';
    return `is no JSON Schema 2020-12: ${why.replace(/^strict mode: /, '')}`;
  }
}

function checkCoverage(source: Source, system: System, action: Action): void {
  const at = ['actions', action.id];
  const write = Object.hasOwn(system.write, action.scope) ? system.write[action.scope] : undefined;
  const reads = Object.values(system.read).flat();
  const check = (
    path: Path,
    request: RequestTemplate | undefined,
    lines: readonly string[],
    where: string,
  ) => {
    if (!request || coversRequest(lines, anyOf(request))) return;
    source.report(
      [...at, ...path, headOf(request)],
      `is covered by no line of ${where}: add it there, or it is refused before it leaves`,
    );
  };
  check(['before'], action.before, reads, 'read');
  check(['after'], action.after, reads, 'read');
  check(['find'], action.find?.request, reads, 'read');
  check(['undo', 'read'], action.undo?.read, reads, 'read');
  if (!write) {
    source.report([...at, 'scope'], `is no key of write${hint(action.scope, Object.keys(system.write))}`);
    return;
  }
  check(['do'], action.request, write, `write.${action.scope}`);
  check(['undo', 'do'], action.undo?.request, write, `write.${action.scope}`);
}
