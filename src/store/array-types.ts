import type { PostgresType } from 'postgres';

/**
 * The arrays that our statements use; a statement with another kind fails. postgres.js would ask the server for all of them on every new connection, and when that
 * connection breaks meanwhile nobody catches its question's error: the process ends.
 */
export const ARRAY_TYPES: Record<string, PostgresType> = {
  texts: arrayType(1009, (element) => element),
  uuids: arrayType(2951, (element) => element),
  integers: arrayType(1007, Number),
  /** As text, as a single bigint is. */
  bigints: arrayType(1016, (element) => element),
};

function arrayType(oid: number, read: (element: string) => unknown): PostgresType {
  return {
    to: oid,
    from: [oid],
    serialize: (values: readonly Element[]) => `{${values.map(write).join(',')}}`,
    parse: (literal: string) =>
      elementsOf(literal).map((element) => (element === null ? null : read(element))),
  };
}

type Element = string | number | bigint | null;

function write(value: Element): string {
  return value === null ? 'NULL' : `"${String(value).replace(/["\\]/g, '\\$&')}"`;
}

/** Of a one-dimensional array as Postgres writes it: `{a,"b, \"c\"",NULL}`. */
function elementsOf(literal: string): (string | null)[] {
  const elements = literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs);
  return Array.from(elements, ([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\(.)/gs, '$1');
    return bare === undefined || bare === 'NULL' ? null : bare;
  });
}
