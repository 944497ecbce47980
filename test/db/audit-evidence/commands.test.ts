import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatVerifyingKey } from '../../../src/domain/signing-key.ts';
import { type EvidenceDesk, evidenceDesk } from '../../support/evidence.ts';
import { type Ran, runCountersign, runNode } from '../../support/run-countersign.ts';

let desk: EvidenceDesk;
let folder: string;
let refund: string;
const file = (name: string) => join(folder, name);
const countersign = (...args: string[]): Promise<Ran> =>
  runCountersign(args, { DATABASE_URL: desk.url, TZ: 'UTC' });
const verifier = (...args: string[]): Promise<Ran> => runNode('tools/verify-audit.mjs', args);

beforeAll(async () => {
  desk = await evidenceDesk();
  folder = await mkdtemp(join(tmpdir(), 'countersign-evidence-'));
  await desk.note(3);
  await desk.sealAndSign();
  refund = await desk.refund();
  await desk.note(2);
  await desk.sealAndSign();
  await writeFile(file('key'), formatVerifyingKey(desk.key));
  await writeFile(file('heads.txt'), desk.exported.map((note) => `${note}\n`).join(''));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await desk.close();
});

const GIVEN = () => ['--checkpoint', file('heads.txt'), '--pubkey', file('key')];

async function exportTo(name: string, ...args: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await countersign('audit', 'export', ...args);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  await writeFile(file(name), stdout);
  return stdout.trimEnd().split('\n');
}

describe('audit verify', () => {
  it('exits 0 where all is as it was signed, and says what it compared', async () => {
    const { exitCode, stdout } = await countersign('audit', 'verify', ...GIVEN());
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Nothing was changed, added, removed, reordered or put back/);
    expect(stdout).not.toMatch(/kept elsewhere|--pubkey/);
  });

  it('says what it can not know without a head and a key from elsewhere', async () => {
    const { exitCode, stdout } = await countersign('audit', 'verify');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/--checkpoint/);
    expect(stdout).toMatch(/--pubkey/);
  });

  it('exits 2 for a file that is no head, and for an option that there is not', async () => {
    await writeFile(file('junk'), 'nothing\n');
    const junk = await countersign('audit', 'verify', '--checkpoint', file('junk'));
    expect(junk).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no checkpoint') });
    expect(await countersign('audit', 'verify', '--from', '1')).toMatchObject({ exitCode: 2 });
    expect(await countersign('audit', 'verify', '--pubkey', file('gone'))).toMatchObject({ exitCode: 2 });
  });

  it('exits 1, and names the first bad row first', async () => {
    await desk.thief`update audit_event set actor = 'person:max' where stream = ${refund} and type = 'decision.recorded'`;
    const plain = await countersign('audit', 'verify', ...GIVEN());
    expect(plain.exitCode).toBe(1);
    expect(plain.stdout).toMatch(/First: decision\.recorded \(event \d+ of #1001, stream /);
    const { stdout } = await countersign('audit', 'verify', '--json', ...GIVEN());
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      findings: [{ kind: 'row_changed', stream: refund }, { kind: 'decision' }],
    });
    const exported = await countersign('audit', 'export', '--account', '4471');
    expect(exported).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('1 rows are not what was sealed'),
    });
    await desk.thief`
      update audit_event set actor = (select principal from decision where proposal_id = ${refund})
      where stream = ${refund} and type = 'decision.recorded'`;
    expect((await countersign('audit', 'verify', ...GIVEN())).exitCode).toBe(0);
  });
});

describe('audit export', () => {
  it('of an account is proved by the verifier that needs none of our code', async () => {
    const lines = await exportTo('part.jsonl', '--account', '4471', '--checkpoint', file('heads.txt'));
    expect(lines.length).toBeGreaterThan(6);
    const proved = await verifier(
      file('part.jsonl'),
      '--key',
      file('key'),
      '--checkpoints',
      file('heads.txt'),
    );
    expect(proved).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Proved: \d+ rows/),
    });
  });

  it('as a whole is proved against every head', async () => {
    await exportTo('whole.jsonl');
    const proved = await verifier(
      file('whole.jsonl'),
      '--key',
      file('key'),
      '--checkpoints',
      file('heads.txt'),
    );
    expect(proved).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Proved: all \d+ rows/) });
  });

  it.each([
    ['part.jsonl', 'an edited word', (text: string) => text.replace('Charged twice', 'Charged once!')],
    ['part.jsonl', 'an edited amount', (text: string) => text.replace('"1250.00"', '"9250.00"')],
    ['part.jsonl', 'another actor', (text: string) => text.replace(/"actor":"[^"]+"/, '"actor":"x"')],
    [
      'part.jsonl',
      'another head',
      (text: string) => text.replace(/\\n(\d+)\\n/, (_, size) => `\\n${Number(size) + 1}\\n`),
    ],
    ['whole.jsonl', 'an edited word', (text: string) => text.replace('Charged twice', 'Charged once!')],
    ['whole.jsonl', 'a row less', (text: string) => text.split('\n').toSpliced(3, 1).join('\n')],
    ['whole.jsonl', 'no end', (text: string) => text.trimEnd().split('\n').slice(0, -4).join('\n')],
    [
      'whole.jsonl',
      'two rows that changed places',
      (text: string) => {
        const lines = text.split('\n');
        return [...lines.slice(0, 2), lines[3], lines[2], ...lines.slice(4)].join('\n');
      },
    ],
  ])('%s with %s is not proved', async (name, _what, edit) => {
    const text = await readFile(file(name), 'utf8');
    expect(edit(text)).not.toBe(text);
    await writeFile(file('edited.jsonl'), edit(text));
    const result = await verifier(
      file('edited.jsonl'),
      '--key',
      file('key'),
      '--checkpoints',
      file('heads.txt'),
    );
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/NOT proved\. Line \d+/) });
  });

  it('as CSV keeps what looks like a formula a text', async () => {
    await desk.thief`select record_events('access', '[{"type": "audit.read", "actor": "=HYPERLINK(1)", "account": "9", "data": {"a": "b,\\"c"}}]')`;
    const [header, row, ...more] = await exportTo('csv', '--account', '9', '--format', 'csv');
    expect(header).toBe('at,number,type,actor,agent,system,account,stream,seq,data\r');
    expect(row).toContain(`,"'=HYPERLINK(1)",`);
    expect(row).toContain(String.raw`"{""a"": ""b,\""c""}"`);
    expect(more.length).toBe(1);
  });

  it('is an event of the audit itself', async () => {
    const [row] = await desk.thief<{ n: number }[]>`
      select count(*)::int as n from audit_event where type = 'audit.exported' and actor like 'cli:%'`;
    expect(row?.n).toBeGreaterThanOrEqual(3);
  });
});

describe('audit show', () => {
  it('tells an account in one sentence, its days, and what happened', async () => {
    const { exitCode, stdout } = await countersign('audit', 'show', '4471', 'today', '--timezone', 'UTC');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Today: .*\$1,250\.00.*account 4471/);
    expect(stdout).toMatch(/00:00 – 24:00 UTC/);
    expect(stdout).toMatch(/#1001 {2}/);
  });

  it.each([
    [['refund-agent', 'today'], /^Today: refund-agent returned \$1,250\.00 to account 4471 in 1 refund/],
    [['--agent', 'refund-agent', 'today'], /^Today: refund-agent returned \$1,250\.00/],
    [['Billing'], /^Past 7 days: refund-agent returned \$1,250\.00 to account 4471/],
    [['@lea@acme.test', 'today'], /^Today: .+ approved 1 proposal \(\$1,250\.00\)/],
    [['@ULEA'], /^Past 7 days: .+ approved 1 proposal \(\$1,250\.00\)/],
    [['account', 'billing'], /nothing was proposed for or done to account billing/],
    [
      ['#1001'],
      /^#1001: refund-agent returned \$1,250\.00 to account 4471 in 1 refund; .+ approved it\.\n.* – .* UTC\n\n.*proposed by refund-agent/,
    ],
    [['#1001', 'last', 'month'], /^#1001, last month: nothing was done about it\./],
  ])('tells %j, as /agent audit does', async (words, told) => {
    const { exitCode, stdout, stderr } = await countersign('audit', 'show', ...words, '--timezone', 'UTC');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(told);
  });

  it('puts on record who looked at what', async () => {
    await countersign('audit', 'show', 'refund-agent', '--json');
    await countersign('audit', 'show', '#1001', '--json');
    const rows = await desk.thief<{ agent: string | null; number: string | null }[]>`
      select agent, number::text from audit_event where type = 'audit.read' and actor like 'cli:%' order by at desc limit 2`;
    expect([...rows]).toEqual([
      { agent: null, number: '1001' },
      { agent: 'refund-agent', number: null },
    ]);
  });

  it.each([
    [['4471', 'whenever'], 2, /don't understand the time/],
    [['@nobody'], 2, /Nobody called @nobody is on record/],
    [[], 2, /Say whose story.*'#1042'/],
    [['4471', 'csv'], 2, /audit export --format csv/],
    [['#999999'], 1, /There is no proposal #999999/],
    [['#1001', 'whenever'], 2, /don't understand the time/],
  ])('exits for %j with %i', async (words, code, says) => {
    const { exitCode, stderr } = await countersign('audit', 'show', ...words);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(says)]);
  });
});

describe('keygen', () => {
  it('makes keys for agents and for the audit', async () => {
    expect((await countersign('keygen')).stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    const { stdout } = await countersign('keygen', '--signing');
    expect(stdout).toMatch(/^AUDIT_SIGNING_KEY=[A-Za-z0-9+/]{43}=\n\n-----BEGIN PUBLIC KEY-----/);
  });
});
