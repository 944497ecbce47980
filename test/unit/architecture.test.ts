import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = join(ROOT, 'src');

interface Room {
  readonly rooms: readonly string[];
  /** Besides Node's own. */
  readonly packages: readonly string[];
}

/** The table of architecture.md. `root` are the small files that stand beside the rooms and know none of them. */
const ROOMS: Record<string, Room> = {
  domain: { rooms: [], packages: ['@marcbachmann/cel-js', 'ajv', 'canonicalize', 'temporal-polyfill'] },
  manifests: { rooms: ['domain'], packages: ['yaml', 'zod', 'ajv'] },
  store: { rooms: ['domain'], packages: ['drizzle-orm', 'postgres'] },
  connectors: { rooms: ['domain'], packages: ['undici', 'ipaddr.js', '@modelcontextprotocol/client'] },
  'slack/cards': { rooms: ['domain'], packages: ['@slack/types'] },
  lifecycle: { rooms: ['domain', 'store', 'connectors', 'root'], packages: ['uuidv7', 'canonicalize'] },
  slack: {
    rooms: ['slack/cards', 'lifecycle', 'store', 'domain', 'root'],
    packages: ['@slack/bolt', '@slack/web-api', '@slack/types'],
  },
  http: {
    rooms: ['lifecycle', 'store', 'domain', 'root'],
    packages: ['zod', 'ipaddr.js', '@modelcontextprotocol/server'],
  },
  jobs: { rooms: ['lifecycle', 'store', 'domain', 'root'], packages: ['node-cron'] },
  cli: {
    rooms: ['lifecycle', 'store', 'manifests', 'domain', 'root'],
    // `countersign` is our own client, as agents have it.
    packages: ['commander', 'countersign', '@modelcontextprotocol/client', '@modelcontextprotocol/server'],
  },
  demo: {
    rooms: ['root'],
    packages: [
      'postgres',
      'ws',
      'yaml',
      'zod',
      '@slack/types',
      'preact',
      '@modelcontextprotocol/server',
      '@modelcontextprotocol/node',
    ],
  },
};
/** Known by every room, and knowing only types of some. */
const ROOT_FILES = ['context.ts', 'errors.ts', 'logger.ts', 'terminal-text.ts'];
/** The wiring, which knows all. */
const WIRING = [
  'app.ts',
  'config.ts',
  'main.ts',
  'migrate-store.ts',
  'open-connectors.ts',
  'policies.ts',
  'resources.ts',
  'server.ts',
  'silence.ts',
  'work.ts',
  'writer.ts',
];

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const text = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));

function importsOf(file: string, source: string): Import[] {
  const found = [
    ...source.matchAll(
      /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
    ),
  ];
  return found.map((match) => ({
    file,
    typeOnly: match[1] !== undefined,
    target: match[2] ?? match[3] ?? '',
  }));
}

function roomOf(file: string): string {
  if (file.startsWith('slack/cards/')) return 'slack/cards';
  const [first = '', rest] = file.split('/');
  return rest === undefined ? 'root' : first;
}

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What an import breaks; undefined: nothing. */
function offence({ file, target, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  if (WIRING.includes(file)) return undefined;
  const rules = ROOMS[room];
  if (target.startsWith('.')) {
    const there = relative(SRC, resolve(dirname(join(SRC, file)), target));
    const other = roomOf(there);
    if (room === other) return undefined;
    if (room === 'root') return typeOnly ? undefined : `${file} imports ${there}`;
    if (other === 'root')
      return ROOT_FILES.includes(there) && rules?.rooms.includes('root')
        ? undefined
        : `${file} imports ${there}`;
    return rules?.rooms.includes(other) ? undefined : `${file} imports ${there}`;
  }
  if (target.startsWith('node:')) return undefined;
  if (room === 'root') return target === 'pino' ? undefined : `${file} imports ${target}`;
  return rules?.packages.includes(packageOf(target)) ? undefined : `${file} imports ${target}`;
}

const imports = [...text].flatMap(([file, source]) => importsOf(file, source));

describe('the rooms', () => {
  it('import only what the table of architecture.md allows', () => {
    expect(imports.map(offence).filter((each) => each !== undefined)).toEqual([]);
  });

  it('are really looked at', () => {
    expect(files.length).toBeGreaterThan(90);
    expect(imports.length).toBeGreaterThan(300);
    const rooms = new Set(files.map(roomOf));
    for (const room of Object.keys(ROOMS)) expect(rooms, room).toContain(room);
  });

  it('would be seen to break the table', () => {
    const planted = importsOf(
      'domain/x.ts',
      "import postgres from 'postgres';\nimport { a } from '../store/b.ts';\nexport { c } from '../slack/cards/d.ts';",
    );
    expect(planted.map(offence)).toEqual([
      'domain/x.ts imports postgres',
      'domain/x.ts imports store/b.ts',
      'domain/x.ts imports slack/cards/d.ts',
    ]);
    expect(offence({ file: 'slack/cards/x.ts', target: '../../lifecycle/y.ts', typeOnly: false })).toBe(
      'slack/cards/x.ts imports lifecycle/y.ts',
    );
    expect(offence({ file: 'http/x.ts', target: '../demo/y.ts', typeOnly: true })).toBe(
      'http/x.ts imports demo/y.ts',
    );
  });
});

/** What may stand nowhere, or only there. */
const BANS: { name: string; pattern: RegExp; except: RegExp; planted: string }[] = [
  {
    name: 'transactions',
    pattern: /\.begin\(|\.transaction\(/,
    except: /^demo\//,
    planted: 'await sql.begin(async () => {})',
  },
  { name: 'the environment', pattern: /process\.env/, except: /^config\.ts$/, planted: 'process.env.X' },
  {
    name: 'a clock in domain',
    pattern: /Date\.now\(|new Date\(\)|performance\.now/,
    except: /^(?!domain\/)/,
    planted: 'const now = new Date();',
  },
  {
    name: 'string-built SQL',
    pattern: /\.unsafe\(\s*`[^`]*\$\{|\bquery\(\s*`[^`]*\$\{/,
    except: /^$/,
    planted: 'sql.unsafe(`select ${x}`)',
  },
  {
    name: 'changing functions outside the store',
    pattern: /(apply_changes|receive_proposals|begin_execution|switch_off)\(/,
    except: /^store\//,
    planted: 'select apply_changes(1)',
  },
  { name: 'default exports', pattern: /^export default/m, except: /^$/, planted: 'export default 1' },
];

describe('nowhere in the sources', () => {
  it.each(BANS)('stand $name', ({ pattern, except, planted }) => {
    const found = [...text]
      .filter(([file, source]) => !except.test(file) && pattern.test(source))
      .map(([file]) => file);
    expect(found).toEqual([]);
    expect(pattern.test(planted)).toBe(true);
  });

  it('is a file too long, or named after nothing', () => {
    const long = [...text].filter(([, source]) => source.split('\n').length > 301).map(([file]) => file);
    expect(long).toEqual([]);
    expect(
      files.filter((file) => /(^|\/)(util|utils|common|helpers|types|manager|service|index)\.ts$/.test(file)),
    ).toEqual([]);
  });
});

/** Only these call what changes state; everybody else goes through a verb of the lifecycle. */
const CHANGERS = /import .*\{[^}]*\b(switchOff|switchOn|enableSwitch|beginExecution|claimExecutions)\b/;

describe('state', () => {
  it('is changed by the lifecycle alone', () => {
    const found = [...text]
      .filter(([file, source]) => !/^(lifecycle|store)\//.test(file) && CHANGERS.test(source))
      .map(([file]) => file);
    expect(found).toEqual([]);
    const changes = [...text].filter(
      ([file, source]) => !/^(lifecycle|store)\//.test(file) && /changes\.(change|receive)\(/.test(source),
    );
    expect(changes.map(([file]) => file)).toEqual([]);
  });
});
