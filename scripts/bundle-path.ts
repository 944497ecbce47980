import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
/** Where `npm run bundle` puts what `npm start` runs. */
export const BUNDLE = join(ROOT, 'dist/bin/countersign.js');
/** What that runs, and what V8 compiled of it. */
export const PROGRAM = join(ROOT, 'dist/bin/program.cjs');
export const COMPILED = join(ROOT, 'dist/bin/program.compiled');
