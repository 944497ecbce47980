/**
 * Writes `manifests/schema/`, for editors, and `docs/openapi.json`. Run it when a schema of `src/manifests/` or `src/http/` has
 * changed; tests compare.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApi } from '../src/http/openapi.ts';
import { editorSchemas } from '../src/manifests/editor-schemas.ts';

const directory = join(import.meta.dirname, '../manifests/schema');
mkdirSync(directory, { recursive: true });
for (const [file, schema] of Object.entries(editorSchemas())) {
  writeFileSync(join(directory, file), `${JSON.stringify(schema, null, 2)}\n`);
}
writeFileSync(
  join(import.meta.dirname, '../docs/openapi.json'),
  `${JSON.stringify(openApi(undefined), null, 2)}\n`,
);
