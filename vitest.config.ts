import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** `unit` needs nothing; `db` and `e2e` get a migrated template database from one embedded cluster. */
const withPostgres = { globalSetup: ['test/support/cluster.ts'], testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: 'forks',
    // Most files wait for Postgres, a browser or a deadline: one worker a core, where vitest would leave a core free.
    maxWorkers: availableParallelism(),
    retry: process.env.CI ? 1 : 0,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'db', include: ['test/db/**/*.test.ts'], ...withPostgres } },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], ...withPostgres } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], ...withPostgres, testTimeout: 90_000 } },
    ],
  },
});
