/** Writes `manifests/schema/`, for editors. Run it when a schema of `src/manifests/` has changed; a test compares. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editorSchemas } from '../src/manifests/editor-schemas.ts';

const directory = join(import.meta.dirname, '../manifests/schema');
mkdirSync(directory, { recursive: true });
for (const [file, schema] of Object.entries(editorSchemas())) {
  writeFileSync(join(directory, file), `${JSON.stringify(schema, null, 2)}\n`);
}
