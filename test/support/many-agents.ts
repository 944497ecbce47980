import type { Manifests } from '../../src/domain/manifest.ts';
import { TEST_ENV, testManifests } from './context.ts';

export const MANY_AGENTS_ENV: Record<string, string> = {
  ...TEST_ENV,
  OTHER_AGENT_KEY: 'whsec_dGVzdC1rZXktb2YtdGhlLW90aGVyLWFnZW50LS0wMDAy',
  IDLE_AGENT_KEY: 'whsec_dGVzdC1rZXktb2YtdGhlLWlkbGUtYWdlbnQtLS0wMDAz',
  SLOW_AGENT_KEY: 'a-plain-key-of-the-slow-agent-0004',
  DANA_KEY: 'whsec_dGVzdC1rZXktb2YtZGFuYS1hLXBlcnNvbi0tLTAwMDU=',
  LEE_KEY: 'whsec_dGVzdC1rZXktb2YtbGVlLWFuLW9wZXJhdG9yLTAwMDY=',
  LEA_KEY: 'whsec_dGVzdC1rZXktb2YtbGVhLWFuLWFwcHJvdmVyLTAwMDc=',
  ELI_KEY: 'whsec_dGVzdC1rZXktb2YtZWxpLWEtbWVtYmVyLS0tLTAwMDg=',
};

const PEOPLE = ['dana', 'lee', 'lea', 'eli']
  .map((name) => `  - { person: ${name}@acme.test, key: env:${name.toUpperCase()}_KEY }\n`)
  .reduce((so, line) => so + line, 'cli:\n');

type Files = Record<string, string>;

function agent(name: string, key: string, lines: readonly string[]): string {
  const head = [`agent: ${name}`, `title: ${name}`, 'owner: sam@acme.test', `key: { secret: env:${key} }`];
  return `${[...head, ...lines].join('\n')}\n`;
}

/**
 * The project's manifests with more agents: `other-agent` may do the same three times an hour, `idle-agent` nothing, and of
 * `slow-agent` two may wait at a time; it calls from 192.0.2.0/24 only. Dana and Lee are operators, and they, Lea and Eli have a key of
 * their own for the CLI.
 */
export function manyAgents(edit: (files: Files) => Files = (files) => files): Manifests {
  const may = 'may: [billing.refund]';
  return testManifests(MANY_AGENTS_ENV, (files) => ({
    ...edit(files),
    'org.yml': `${(files['org.yml'] ?? '').replace('  - "@platform-oncall"', '  - lee@acme.test\n  - "@platform-oncall"')}${PEOPLE}`,
    'agents/other-agent.yml': agent('other-agent', 'OTHER_AGENT_KEY', [may, 'rate: 3/h']),
    'agents/idle-agent.yml': agent('idle-agent', 'IDLE_AGENT_KEY', []),
    'agents/slow-agent.yml': agent('slow-agent', 'SLOW_AGENT_KEY', [
      may,
      'max_pending: 2',
      'allow_from: [192.0.2.0/24]',
    ]),
  }));
}
