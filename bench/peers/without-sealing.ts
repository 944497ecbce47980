import { registerHooks } from 'node:module';

/** Preloaded (`--import`): the program gets a seal loop that does nothing. The program itself has no switch for that, and shall have none. */
const OURS = new URL('../../src/jobs/seal.ts', import.meta.url).href;
const IDLE = new URL('idle-seal-loop.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    return found.url === OURS ? { ...found, url: IDLE } : found;
  },
});
