import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeDirectory } from '../../../src/demo/workspace/page/directory.ts';
import { parseMrkdwn } from '../../../src/demo/workspace/page/mrkdwn.ts';
import type { Flow, Inline } from '../../../src/demo/workspace/page/prose.ts';
import { mrkdwnToText } from '../../../src/demo/workspace/page/prose-text.ts';
import { workspaceFor } from '../../support/gallery-world.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });
const styled = (style: 'bold' | 'italic' | 'strike', ...children: Inline[]): Inline => ({
  kind: 'styled',
  style,
  children,
});
const link = (url: string, label = url): Inline => ({ kind: 'link', url, text: label });
const user = (id: string, label?: string): Inline => ({ kind: 'user', id, label });

function inline(source: string, verbatim = false): readonly Inline[] {
  const [flow] = parseMrkdwn(source, { verbatim });
  return flow?.kind === 'paragraph' ? flow.children : [];
}

describe('parseMrkdwn', () => {
  it.each<[string, readonly Inline[]]>([
    ['*bold*', [styled('bold', text('bold'))]],
    ['_it_ and ~gone~', [styled('italic', text('it')), text(' and '), styled('strike', text('gone'))]],
    ['*bold _and italic_*', [styled('bold', text('bold '), styled('italic', text('and italic')))]],
    ['2*3*4', [text('2*3*4')]],
    ['snake_case_name', [text('snake_case_name')]],
    ['* not bold *', [text('* not bold *')]],
    ['*open', [text('*open')]],
    ['`*as is*`', [{ kind: 'code', text: '*as is*' }]],
    ['a &lt;b&gt; &amp;lt;', [text('a <b> &lt;')]],
    [':warning: :nonsense:', [{ kind: 'emoji', name: 'warning', unicode: '⚠️' }, text(' :nonsense:')]],
  ])('reads %j as Slack shows it', (source, expected) => {
    expect(inline(source)).toEqual(expected);
  });

  it.each<[string, Inline]>([
    ['<https://a.test/x?y=1&amp;z=2|here>', link('https://a.test/x?y=1&z=2', 'here')],
    ['<mailto:dana@acme.test>', link('mailto:dana@acme.test', 'dana@acme.test')],
    ['<@U123>', user('U123')],
    ['<@W123|dana>', user('W123', 'dana')],
    ['<#C1|ops>', { kind: 'channel', id: 'C1', label: 'ops' }],
    ['<!subteam^S1|@leads>', { kind: 'usergroup', id: 'S1', label: '@leads' }],
    ['<!here>', { kind: 'broadcast', range: 'here' }],
    [
      '<!date^1700000000^{date} at {time}^https://a.test|long ago>',
      {
        kind: 'date',
        timestamp: 1_700_000_000,
        format: '{date} at {time}',
        url: 'https://a.test',
        fallback: 'long ago',
      },
    ],
  ])('reads the reference %s', (source, expected) => {
    expect(inline(source)).toEqual([expected]);
  });

  it('links a bare address without its full stop, and leaves it alone when verbatim', () => {
    expect(inline('see https://a.test/x.')).toEqual([text('see '), link('https://a.test/x'), text('.')]);
    expect(inline('see https://a.test/x.', true)).toEqual([text('see https://a.test/x.')]);
  });

  it('quotes lines that begin with >, and everything after >>>', () => {
    const kinds = (source: string) => parseMrkdwn(source).map((flow) => flow.kind);
    expect(kinds('a\n&gt; b\n&gt; c\nd')).toEqual(['paragraph', 'quote', 'paragraph']);
    expect(kinds('a\n>>>b\n\nc')).toEqual(['paragraph', 'quote']);
  });

  it('keeps what stands between fences as it is', () => {
    const flows: readonly Flow[] = parseMrkdwn('before\n```\n*x* &lt;y&gt;\n```\nafter');
    expect(flows).toEqual([
      { kind: 'paragraph', children: [text('before')] },
      { kind: 'preformatted', text: '*x* <y>' },
      { kind: 'paragraph', children: [text('after')] },
    ]);
  });

  it('loses no letter and no digit of any text, whatever stands around it', () => {
    const source = fc.string({ unit: fc.constantFrom('a', '7', ' ', '*', '_', '~', '`', '\n', '>') });
    fc.assert(
      fc.property(source, (words) => {
        const letters = (value: string) => value.replace(/[^a7]/g, '');
        expect(letters(plain(parseMrkdwn(words)))).toBe(letters(words));
      }),
    );
  });
});

describe('mrkdwnToText', () => {
  it('says names instead of ids, and no marks', () => {
    const directory = makeDirectory(workspaceFor('lea'), 'U0LEABRANDT', new Date());
    expect(
      mrkdwnToText('*Refund* for <@U0MAXODE001> in <#C0AGENTOPS1>, <https://a.test|here>', directory),
    ).toBe('Refund for @Max Ode in #agent-ops, here');
  });
});

function plain(flows: readonly Flow[]): string {
  return flows
    .map((flow) =>
      'text' in flow ? flow.text : 'children' in flow ? flow.children.map(plainInline).join('') : '',
    )
    .join('\n');
}

function plainInline(each: Inline): string {
  if ('children' in each) return each.children.map(plainInline).join('');
  return 'text' in each ? each.text : '';
}
