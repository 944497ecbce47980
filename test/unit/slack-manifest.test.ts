import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import schema from './data/slack-manifest.schema.json' with { type: 'json' };

const yaml = readFileSync('slack-manifest.yml', 'utf8');
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(schema);

/** The manifest with one line of it changed; it has to be there. */
function planted(from: string, to: string): string {
  if (!yaml.includes(from)) throw new Error(`slack-manifest.yml does not contain ${from}`);
  return yaml.replace(from, to);
}

const violations: readonly (readonly [what: string, from: string, to: string])[] = [
  ['a name of 36 characters', 'name: Countersign', `name: ${'C'.repeat(36)}`],
  ['an unknown key', 'always_online: true', 'always_on: true'],
  ['a command without its slash', 'command: /agent', 'command: agent'],
  ['a request URL without TLS', 'request_url: https://', 'request_url: http://'],
  [
    'interactivity that is not said to be on',
    'is_enabled: true',
    'message_menu_options_url: https://a.example',
  ],
  ['a shortcut of an unknown type', 'type: global', 'type: everywhere'],
  ['a scope listed twice', '- im:write', '- chat:write'],
];

describe('checking the Slack manifest', () => {
  it('finds nothing wrong with ours', () => {
    expect(validate(parse(yaml))).toBe(true);
  });

  it.each(violations)('refuses %s', (_, from, to) => {
    expect(validate(parse(planted(from, to)))).toBe(false);
  });

  it('asks for no more than its four scopes and five optional ones', () => {
    expect(parse(yaml).oauth_config.scopes).toEqual({
      bot: ['chat:write', 'commands', 'im:write', 'users:read'],
      bot_optional: ['users:read.email', 'usergroups:read', 'channels:read', 'groups:read', 'files:write'],
    });
  });
});

describe('typing the Slack manifest', () => {
  const folder = mkdtempSync('node_modules/.manifest-');
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(name: string, manifest: string): void {
    const source = `import type { AppsManifestValidateArguments } from '@slack/web-api';\nexport const manifest = ${JSON.stringify(parse(manifest))} satisfies AppsManifestValidateArguments['manifest'];\n`;
    writeFileSync(join(folder, name), source);
  }

  it('accepts its scopes and events, and refuses misspelt ones', () => {
    write('ours.ts', yaml);
    write('scope.ts', planted('- im:write', '- im:wrote'));
    write('event.ts', planted('- tokens_revoked', '- token_revoked'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: ['node'],
        },
        files: ['ours.ts', 'scope.ts', 'event.ts'],
      }),
    );
    const { stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
    });
    const wrong = [...stdout.matchAll(/(\w+)\.ts\(\d+,\d+\): error/g)].map((match) => match[1]);
    expect(new Set(wrong)).toEqual(new Set(['scope', 'event']));
    expect(stdout).toContain('im:wrote');
    expect(stdout).toContain('token_revoked');
  }, 60_000);
});
