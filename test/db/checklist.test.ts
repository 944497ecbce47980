import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_MANIFESTS, TEST_ENV } from '../support/context.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { startHttp } from '../support/loopback.ts';
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
    expect(stdout).toMatch(/^unasked Everybody who is named is there: Slack was not asked/m);
  });

  it('asks each system whose credential it is, with the credential itself', async () => {
    const asked: (string | undefined)[] = [];
    const system = await startHttp((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end('{"login":"svc-countersign-billing","admin":false}');
    });
    const manifests = mkdtempSync(join(tmpdir(), 'manifests-'));
    cpSync(PROJECT_MANIFESTS, manifests, { recursive: true });
    const file = join(manifests, 'systems/billing.yml');
    const text = readFileSync(file, 'utf8');
    const proving = (that: string) =>
      writeFileSync(
        file,
        text
          .replace('accounts: [GET /accounts/*]', 'accounts: [GET /accounts/*]\n  self: [GET /me]')
          .replace('  rotate_every: 90d', `  rotate_every: 90d\n  prove: { get: /me, that: "${that}" }`),
      );
    const env = { ...TEST_ENV, DATABASE_URL: db.url, MANIFESTS: manifests, BILLING_URL: system.url };
    proving("result.login == 'svc-countersign-billing' && !result.admin");
    const what = 'Credentials proved by their systems';
    expect((await runCountersign(['checklist'], env)).stdout).toMatch(
      new RegExp(`^green +${what}: billing: each is what its manifest says`, 'm'),
    );
    expect(asked).toEqual([`/me Bearer ${TEST_ENV.BILLING_TOKEN}`]);
    proving('result.admin');
    expect((await runCountersign(['checklist'], env)).stdout).toMatch(
      new RegExp(`^red +${what}: billing: its answer \\(200\\) does not say that result.admin`, 'm'),
    );
    proving('result.admi == input.x');
    expect((await runCountersign(['checklist'], env)).stderr).toContain(
      'credential.prove.that: uses input, which is not known here; known are result, status',
    );
    await system.close();
    rmSync(manifests, { recursive: true });
  });

  it('knows the key that it is given, and prints JSON', async () => {
    const key = Buffer.alloc(32, 3).toString('base64');
    const env = { ...TEST_ENV, DATABASE_URL: db.url, AUDIT_SIGNING_KEY: key };
    const { stdout } = await runCountersign(['checklist', '--json'], env);
    const lines: { what: string; state: string }[] = JSON.parse(stdout);
    expect(lines.find(({ what }) => what.startsWith('Signing key'))?.state).toBe('green');
  });
});
