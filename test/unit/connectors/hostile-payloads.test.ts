import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { RequestTemplate } from '../../../src/domain/connector-config.ts';
import type { RenderedRequest } from '../../../src/domain/envelope.ts';
import { renderRequest } from '../../../src/lifecycle/record.ts';
import { hostilePayloads } from '../../support/hostile-payloads.ts';
import { asRefund, httpSystem } from '../../support/http-system.ts';
import { type Loopback, startHttp } from '../../support/loopback.ts';
import { mcpSystem, startToolServer, type ToolServer } from '../../support/mcp-system.ts';

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const arrived: Arrived[] = [];
let system: Loopback;
let http: Connector;
let tools: ToolServer;
let mcp: Connector;
beforeAll(async () => {
  system = await startHttp((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      arrived.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.end('{}');
    });
  });
  const write = ['POST /accounts/*/notes', 'POST /refunds'];
  http = httpSystem({ baseUrl: `${system.url}/v1`, timeoutMs: 2_000 }, { write });
  tools = await startToolServer();
  mcp = mcpSystem(tools.url);
});
afterAll(async () => {
  await Promise.all([http.close(), mcp.close()]);
  await Promise.all([system.close(), tools.close()]);
});
beforeEach(() => {
  arrived.length = 0;
  tools.given.length = 0;
});

/** What the manifest's request becomes; undefined: it can't be rendered, so nothing is sent. */
function rendered(template: RequestTemplate, text: string): RenderedRequest | undefined {
  try {
    return renderRequest(template, { input: { text, list: [text] }, account: '4471' });
  } catch {
    return undefined;
  }
}

const ADDRESSED: RequestTemplate = {
  method: 'POST',
  path: '/accounts/${{ input.text }}/notes?by=${{ input.text }}&kind=note',
  body: undefined,
};
const TOLD: RequestTemplate = {
  method: 'POST',
  path: '/refunds',
  body: {
    text: '${{ input.text }}',
    inside: [{ said: 'He said ${{ input.text }}.' }],
    all: '${{ input.list }}',
  },
};
const told = (text: string) => ({ text, inside: [{ said: `He said ${text}.` }], all: [text] });

const HEADERS = [
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'countersign-receipt',
  'host',
  'idempotency-key',
  'user-agent',
];

describe('write what an agent made up', () => {
  let left = 0;

  it('the corpus is as large as was promised', () => {
    expect(hostilePayloads.length).toBeGreaterThanOrEqual(300);
  });

  it.each(hostilePayloads)(
    '%j stays one segment and one value of a path, or does not leave',
    async (text) => {
      const request = rendered(ADDRESSED, text);
      const answer = request ? await http.write(request, asRefund) : { kind: 'not_sent' };
      if (answer.kind === 'not_sent') return expect(arrived).toEqual([]);
      expect(arrived).toHaveLength(1);
      left += 1;
      const [{ method, url, headers, body } = { method: '', url: '', headers: {}, body: '' }] = arrived;
      const [path = '', query = '', ...rest] = url.split('?');
      const segments = path.split('/');
      expect([method, rest, body]).toEqual(['POST', [], '']);
      expect(segments.map(decodeURIComponent)).toEqual(['', 'v1', 'accounts', text, 'notes']);
      expect([...new URLSearchParams(query)]).toEqual([
        ['by', text],
        ['kind', 'note'],
      ]);
      const names = Object.keys(headers).filter((name) => name !== 'content-type');
      expect(
        names.every((name) => HEADERS.includes(name)),
        names.join(),
      ).toBe(true);
    },
  );

  it('is no shower of refusals: many of them did leave, each in its place', () => {
    expect(left).toBeGreaterThan(100);
  });

  it.each(hostilePayloads)('%j stays a value of a JSON body', async (text) => {
    const request = rendered(TOLD, text);
    expect(request).toMatchObject({ method: 'POST', path: '/refunds' });
    const answer = request && (await http.write(request, asRefund));
    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(arrived).toHaveLength(1);
    expect(arrived[0]?.url).toBe('/v1/refunds');
    expect(JSON.parse(arrived[0]?.body ?? '')).toEqual(told(text));
    const names = Object.keys(arrived[0]?.headers ?? {}).toSorted((a, b) => a.localeCompare(b));
    expect(names).toEqual(HEADERS);
  });

  it('each of them stays a value of a tool’s arguments', async () => {
    const template: RequestTemplate = {
      tool: 'get_customer',
      arguments: {
        id: '${{ input.text }}',
        inside: [{ said: 'He said ${{ input.text }}.' }],
        all: '${{ input.list }}',
      },
    };
    for (const text of hostilePayloads) {
      tools.given.length = 0;
      const request = rendered(template, text);
      if (request) await mcp.read(request);
      const { text: id, ...more } = told(text);
      expect(tools.given, JSON.stringify(text)).toEqual([{ id, ...more }]);
    }
  }, 60_000);

  it.each(hostilePayloads)('%j stays a value of an event’s data, and a text among instructions', (text) => {
    const data = {
      text: '${{ input.text }}',
      inside: [{ said: 'He said ${{ input.text }}.' }],
      all: '${{ input.list }}',
    };
    const event = rendered({ event: 'com.acme.note', data }, text);
    expect(JSON.parse(JSON.stringify(event))).toEqual({ event: 'com.acme.note', data: told(text) });
    const instructions = 'INV > ADJ > ${{ input.text }}, reason 44.';
    expect(rendered({ instructions }, text)).toEqual({ instructions: `INV > ADJ > ${text}, reason 44.` });
  });
});
