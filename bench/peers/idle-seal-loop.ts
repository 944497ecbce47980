import type { createSealLoop as ours } from '../../src/jobs/seal.ts';

/** In the place of the program's own: seals nothing. */
export const createSealLoop: typeof ours = () => {
  const nothing = async (): Promise<void> => {};
  return { start() {}, wake() {}, stop: nothing, drain: nothing };
};
