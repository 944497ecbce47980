#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What V8 has compiled is kept beside the bundle, where that may be written; where not, it is compiled at each start.
enableCompileCache(join(import.meta.dirname, 'compiled'));
await import('../src/main.ts');
