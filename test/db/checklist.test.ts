import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ENV } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { runCountersign } from '../support/run-countersign.ts';

let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase();
});
afterAll(() => db.drop());

describe('countersign checklist', () => {
  it('says each line with its evidence, and exits 1 if one is red', async () => {
    const env = { ...TEST_ENV, DATABASE_URL: db.url };
    const { stdout, exitCode } = await runCountersign(['checklist'], env);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('red     Application role: the login owns the tables');
    expect(stdout).toContain('red     Signing key outside the database');
    expect(stdout).toMatch(/^green {3}Audit answered in under 60 s/m);
  });

  it('knows the key that it is given, and prints JSON', async () => {
    const key = Buffer.alloc(32, 3).toString('base64');
    const env = { ...TEST_ENV, DATABASE_URL: db.url, AUDIT_SIGNING_KEY: key };
    const { stdout } = await runCountersign(['checklist', '--json'], env);
    const lines: { what: string; state: string }[] = JSON.parse(stdout);
    expect(lines.find(({ what }) => what.startsWith('Signing key'))?.state).toBe('green');
  });
});
