import { isObject, type Json } from '../domain/json.ts';
import type { Kind } from './kind.ts';
import type { Path } from './problem.ts';

/**
 * What the reference manifests hold and this version does not do: refused, never ignored. Who builds one of them deletes
 * its line and adds it to the schema. `key` or `key=value`; `*` is any key or any place in a list.
 */
const NOT_YET: Record<Kind, readonly string[]> = {
  org: [],
  system: [],
  agent: [],
  workflow: [],
};

export interface Deferred {
  readonly path: Path;
  /** The value that is refused; undefined when the key is. */
  readonly value: string | undefined;
}

/** Finds what is not supported yet and takes the keys out, so that the rest is checked as if they did not stand there. */
export function takeNotYet(kind: Kind, manifest: Json): Deferred[] {
  return NOT_YET[kind].flatMap((entry) => {
    const [path = '', value] = entry.split('=');
    return take(manifest, path.split('.'), [], value);
  });
}

function take(node: Json, [part, ...rest]: string[], above: Path, value: string | undefined): Deferred[] {
  if (part === undefined || typeof node !== 'object' || node === null) return [];
  const keys = part === '*' ? Object.keys(node) : [part];
  return keys.flatMap((key): Deferred[] => {
    const child = Array.isArray(node) ? node[Number(key)] : node[key];
    const path = [...above, Array.isArray(node) ? Number(key) : key];
    if (child === undefined) return [];
    if (rest.length > 0) return take(child, rest, path, value);
    if (value !== undefined) return child === value ? [{ path, value }] : [];
    if (isObject(node)) delete node[key];
    return [{ path, value: undefined }];
  });
}
