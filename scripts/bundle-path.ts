import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');
/** Where `npm run bundle` puts what `npm start` runs. */
export const BUNDLE = join(ROOT, 'dist/bin/countersign.js');
