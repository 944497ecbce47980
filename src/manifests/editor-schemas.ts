import { KINDS } from './kind.ts';
import { jsonSchemaOf } from './schemas.ts';

/** File name to JSON Schema: what editors complete and check manifests with. */
export function editorSchemas(): Record<string, object> {
  const schemas = KINDS.map((kind) => {
    return [`${kind}.json`, { title: `Countersign: ${kind}`, ...jsonSchemaOf(kind) }] as const;
  });
  return Object.fromEntries(schemas);
}
