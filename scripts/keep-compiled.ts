import { writeFileSync } from 'node:fs';
import type { Script } from 'node:vm';
import { BUNDLE, COMPILED } from './bundle-path.ts';

// Runs the bundle with the arguments given, and keeps what V8 compiled by the time it ends.
const { program } = (await import(BUNDLE)) as { readonly program: Script };
process.once('exit', () => writeFileSync(COMPILED, program.createCachedData()));
