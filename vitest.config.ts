import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** `unit` needs nothing; `db` and `e2e` get a migrated template database from one embedded cluster. */
const withPostgres = { globalSetup: ['test/support/cluster.ts'], testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: 'forks',
    // Most files wait for Postgres, a browser or a deadline: one worker more than there are cores, where vitest would leave a core free.
    maxWorkers: availableParallelism() + 1,
    retry: process.env.CI ? 1 : 0,
    // What is waited for takes as long as it takes on a machine with other work; the library's own second is none.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      { test: { name: 'db', include: ['test/db/**/*.test.ts'], ...withPostgres } },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], ...withPostgres } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withPostgres, testTimeout: 90_000 } },
    ],
  },
});
