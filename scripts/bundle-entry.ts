#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

const file = join(import.meta.dirname, 'program.cjs');
const compiled = join(import.meta.dirname, 'program.compiled');

/**
 * All that `countersign` is, as one script. What V8 compiled when it was rehearsed comes with it, functions that are called later among that, which
 * Node's own compile cache leaves out; another V8 than that one leaves it alone and compiles the text. That is ASCII, as esbuild writes it.
 */
export const program = new Script(readFileSync(file, 'latin1'), {
  filename: file,
  ...(existsSync(compiled) ? { cachedData: readFileSync(compiled) } : {}),
});
program.runInThisContext()(createRequire(file), file);
