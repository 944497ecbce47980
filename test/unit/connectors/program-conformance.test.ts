import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, describesConnector, type Scene } from '../../support/connector-conformance.ts';
import { atOnce } from '../../support/http-system.ts';
import { getCustomer, pinned, programSystem, setStatus, TOKEN } from '../../support/mcp-system.ts';

const common = { look: getCustomer, scope: 'status', otherScope: 'other', secret: TOKEN };

/** Time for a program to start on a machine that others use, before the time that is being tested. */
const START_MS = 1_500;

interface Noted {
  readonly tool: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

function notebook() {
  const directory = mkdtempSync(join(tmpdir(), 'program-'));
  const file = join(directory, 'calls');
  const calls = (): Noted[] => {
    try {
      return readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line): Noted => JSON.parse(line));
    } catch {
      return [];
    }
  };
  return { file, calls, close: async () => rmSync(directory, { recursive: true }) };
}

async function open(behaviour: string, timeoutMs: number): Promise<Scene> {
  const notes = notebook();
  const args = [notes.file, behaviour];
  const patient = programSystem([notes.file, behaviour]);
  const write = await pinned(patient);
  await patient.close();
  const connector = programSystem(args, { timeoutMs: timeoutMs + START_MS });
  return {
    ...{ ...common, connector, write, close: notes.close },
    received: () => notes.calls().map(() => undefined),
  };
}

describe('call a system through its MCP server over stdio', () => {
  const behaviours: Behaviour[] = ['works', 'silent', 'hangs_up', 'floods', 'drips', 'babbles', 'reflects'];
  const all = behaviours.map((each) => [each, (timeoutMs: number) => open(each, timeoutMs)]);
  describesConnector({
    keyless: true,
    startsInMs: START_MS,
    open: {
      ...Object.fromEntries(all),
      away: async (timeoutMs: number) => ({
        ...common,
        connector: programSystem([], { timeoutMs, command: ['/nowhere/crm-server'] }),
        write: setStatus,
        received: () => [],
        close: async () => {},
      }),
    },
  });
});

describe('start a program', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  function world(behaviour = 'works', more: readonly string[] = []) {
    const notes = notebook();
    const system = programSystem([notes.file, behaviour, ...more]);
    ends.push(system.close, notes.close);
    return { ...notes, system };
  }
  const asStatus = { key: 'exe_1', scope: 'status', receipt: 'a.b.c', start: atOnce };

  it('gives it the credential and what its manifest says, and nothing else of ours', async () => {
    process.env.CANARY_OF_OURS = 'canary-5512';
    const { system, calls } = world();
    await system.read(getCustomer);
    delete process.env.CANARY_OF_OURS;
    const [seen] = calls();
    expect(seen?.env).toMatchObject({ CRM_TOKEN: TOKEN, CRM_REGION: 'eu' });
    const inherited = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];
    const others = Object.keys(seen?.env ?? {}).filter((name) => !inherited.includes(name));
    expect(others.toSorted((a, b) => a.localeCompare(b))).toEqual(['CRM_REGION', 'CRM_TOKEN']);
  });

  it('shows a write’s receipt to its tool, and a look has none', async () => {
    const { system, calls } = world();
    await system.read(getCustomer);
    await system.write(await pinned(system), asStatus);
    const receipts = calls().map(({ meta }) => meta?.['countersign-receipt']);
    expect(receipts).toEqual([undefined, 'a.b.c']);
  });

  it('does not call a tool that is another than was approved, nor one of another server', async () => {
    const before = world();
    const call = await pinned(before.system);
    for (const more of [['2.0.0'], ['1.0.0', 'deleted']]) {
      const { system, calls, file } = world('works', more);
      const server = call.pin?.server.replace(before.file, file).replace(/works$/, `works ${more.join(' ')}`);
      const pin = { server: server ?? '', schema: call.pin?.schema ?? '' };
      expect(await system.write({ ...call, pin }, asStatus)).toMatchObject({
        kind: 'not_sent',
        permanent: false,
        why: 'its tool set_status is not the one that was approved',
      });
      expect(calls()).toEqual([]);
    }
  });

  it('tells an error of a tool as ambiguous for a write, and as a plain no for a look', async () => {
    const { system } = world('fails');
    expect(await system.read(getCustomer)).toMatchObject({ kind: 'answered', status: 422 });
    expect(await system.write(await pinned(system), asStatus)).toMatchObject({ status: 500 });
  });

  it('stops one that says too much', async () => {
    const { system } = world('chatters');
    const answer = await system.write(await pinned(system), asStatus);
    expect(answer).toEqual({ kind: 'lost', why: 'it says too much' });
  });

  it('does not end it before its answer, and kills one that does not end by itself', async () => {
    const { system } = world('stubborn');
    expect(await system.read(getCustomer)).toMatchObject({ kind: 'answered', status: 200 });
    const from = performance.now();
    await system.close();
    expect(performance.now() - from).toBeLessThan(4_000);
  });

  it('takes no argument apart: no shell reads it', async () => {
    const { system, calls } = world('works', ['1.0.0; touch /tmp/pwned $(id)']);
    const answer = await system.pin?.(setStatus, 'status');
    expect(answer).toMatchObject({
      body: { server: expect.stringContaining('1.0.0; touch /tmp/pwned $(id)') },
    });
    expect(calls()).toEqual([]);
  });
});
