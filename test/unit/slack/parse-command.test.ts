import { describe, expect, it } from 'vitest';
import { parseScope } from '../../../src/domain/parse-scope.ts';
import { parseCommand } from '../../../src/slack/commands/parse-command.ts';

describe('reading a command', () => {
  it.each([
    ['', { word: '', rest: '' }],
    ['  AUDIT   4471  ', { word: 'audit', rest: '4471' }],
    ['audit 4471 nov 3 – nov 9', { word: 'audit', rest: '4471 nov 3 - nov 9' }],
    ['disable because it’s “wrong”', { word: 'disable', rest: 'because it\'s "wrong"' }],
    ['audit <@U0DANAWHITF|dana>', { word: 'audit', rest: '@U0DANAWHITF' }],
    ['audit <@U0DANAWHITF>', { word: 'audit', rest: '@U0DANAWHITF' }],
    ['show <#C0AGENTOPS1|agent-ops>', { word: 'show', rest: '#agent-ops' }],
    ['show <#C0AGENTOPS1|>', { word: 'show', rest: '#C0AGENTOPS1' }],
    ['disable <!subteam^S0SUPPLEADS|@support-leads>', { word: 'disable', rest: '@support-leads' }],
    ['audit <mailto:dana@acme.test|dana@acme.test>', { word: 'audit', rest: 'dana@acme.test' }],
    ['audit <http://acme.test|acme.test>', { word: 'audit', rest: 'acme.test' }],
    [
      'disable all because 3 &lt; 4 &amp;&amp; 5 &gt; 4',
      { word: 'disable', rest: 'all because 3 < 4 && 5 > 4' },
    ],
  ])('reads "%s"', (text, parsed) => {
    expect(parseCommand(text)).toEqual(parsed);
  });
});

describe('reading what to switch', () => {
  it.each([
    ['', { scope: '', reason: null }],
    ['refund-agent', { scope: 'refund-agent', reason: null }],
    ['Refund-Agent because it repeats itself', { scope: 'refund-agent', reason: 'it repeats itself' }],
    ['because it repeats itself', { scope: '', reason: 'it repeats itself' }],
    [
      'all BECAUSE the books are closed because of audit',
      { scope: 'all', reason: 'the books are closed because of audit' },
    ],
    ['`billing`', { scope: 'billing', reason: null }],
    ['billing because', { scope: 'billing', reason: null }],
    ['becausebilling', { scope: 'becausebilling', reason: null }],
    ['refund agent please', { scope: 'refund agent please', reason: null }],
  ])('reads "%s"', (rest, parsed) => {
    expect(parseScope(rest)).toEqual(parsed);
  });
});
