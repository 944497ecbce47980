import { signingBytes } from '../../src/domain/agent-key.ts';
import { signWebhook } from '../../src/domain/standard-webhook.ts';

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** Whether who sends it is proved: by a key that is known, or by a signature over these very bytes. */
  readonly proved: boolean;
}

/** The same numbers for the same seed. */
export function createDice(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const one = <T>(of: readonly [T, ...T[]]): T => of[below(of.length)] ?? of[0];
  return { next, below, one, often: (share: number) => next() < share };
}
type Dice = ReturnType<typeof createDice>;

/** What readers are known to take for different things, and what is just wrong. */
const PIECES = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '0',
    '-0',
    '1e400',
    '9007199254740993',
    '0.1e-400',
    '01',
    '+1',
  ],
  ...[
    'null',
    'true',
    'NaN',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"__proto__":{}',
    '"constructor":1',
  ],
  ...[
    '"amount":"1.00",',
    '"action":"billing.refund",',
    '"reason":"","reason":"x"',
    '\u0000',
    '\ufeff',
    '\u2028',
  ],
  ...['"amount":1250', '"amount":"-5"', '"amount":"1e3"', '"input":{}', '/**/', "'", '\r\n', '\t', '💸'],
] as const;

const VALUES: readonly [string, ...string[]] = [
  ...(['null', '0', '-1', '""', '" "', '[]', '{}', '[[]]', '1e3', '"4471"', '"../x"', '"\\u202e"'] as const),
  ...([`"${'x'.repeat(300)}"`, `"${'y'.repeat(10_001)}"`, `${'['.repeat(20)}${']'.repeat(20)}`] as const),
];

const FIELDS: readonly [string, ...string[]] = [
  ...(['action', 'input', 'reason', 'evidence', 'metadata', 'on_behalf_of', 'claimed_impact'] as const),
  ...(['idempotency_key', 'reasn', 'amount', '__proto__', 'dry_run'] as const),
];

function goodBody(dice: Dice): string {
  const amount = dice.one(['1250.00', '12.50', '9000.00', '0.01']);
  const input = { account: String(1_000_000 + dice.below(1e8)), invoice: `inv_${dice.below(99)}`, amount };
  const fields = { action: 'billing.refund', input, reason: 'Charged twice', metadata: { run: 'fuzz' } };
  return JSON.stringify(fields);
}

function spoiledBody(dice: Dice): Buffer {
  let bytes = Buffer.from(goodBody(dice));
  if (dice.often(0.35)) {
    const field = dice.one(FIELDS);
    const value = dice.one(VALUES);
    const text = bytes.toString().slice(0, -1);
    bytes = Buffer.from(`${text},"${field}":${value}}`);
  }
  for (let edits = dice.below(4); edits > 0; edits -= 1) {
    const at = dice.below(bytes.length + 1);
    const put = dice.often(0.5)
      ? Buffer.from(PIECES[dice.below(PIECES.length)] ?? '')
      : Buffer.from(Array.from({ length: dice.below(4) }, () => dice.below(256)));
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + dice.below(6))]);
  }
  return bytes;
}

const NAMES: readonly [string, ...string[]] = [
  '1001',
  'prop_1',
  '%23',
  '%00',
  'constructor',
  '..%2f',
  'a'.repeat(500),
];
const QUERIES: readonly [string, ...string[]] = [
  ...(['', '?wait=0', '?wait=61', '?wait=-1', '?until=settled', '?until=never', '?after_version=1'] as const),
  ...([
    '?dry_run=true',
    '?dry_run=maybe',
    '?limit=0',
    '?limit=101',
    '?state=pending,nope',
    '?since=now',
  ] as const),
  ...(['?cursor=zz', '?a=1&a=2', '?%', '?wait=0&wait=0', '?account=%00', '?__proto__=1'] as const),
];

function somePath(dice: Dice): string {
  const name = dice.one(NAMES);
  return (
    dice.one([
      ...([
        '/v1/proposals',
        `/v1/proposals/${name}`,
        `/v1/proposals/${name}/withdraw`,
        '/v1/actions',
      ] as const),
      ...([`/v1/proposals/${name}/questions/${name}/answer`, `/v1/proposals/${name}/receipt`] as const),
      ...([
        '/mcp',
        '/v1/events',
        `/v1/queues/${name}/events`,
        `/v1/queues/${name}/inbox`,
        '/openapi.json',
      ] as const),
      ...([
        '/docs',
        `/problems/${name}`,
        '/.well-known/jwks.json',
        '/',
        '//',
        `/${name}`,
        '/v1',
        '/readyz',
      ] as const),
    ]) + dice.one(QUERIES)
  );
}

const HEADERS: readonly [Record<string, string>, ...Record<string, string>[]] = [
  {},
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': 'with space' },
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/json; charset=latin1' },
  { traceparent: '00-zz' },
  { 'x-forwarded-for': '1.2.3.4, garbage' },
  { 'webhook-id': 'a.b' },
  { 'content-encoding': 'gzip' },
  { 'transfer-encoding': 'chunked' },
  { expect: '100-continue' },
  { 'if-none-match': '*' },
];

const RPC: readonly [string, ...string[]] = [
  'tools/list',
  'tools/call',
  'ping',
  'initialize',
  'resources/read',
  'x',
];

function rpcBody(dice: Dice): Buffer {
  const call = { name: dice.one(['billing_refund', 'withdraw', 'nope']), arguments: { id: dice.one(NAMES) } };
  const params = dice.one<object>([call, {}, { ...call, arguments: [] }]);
  const text = JSON.stringify({ jsonrpc: '2.0', id: dice.below(9), method: dice.one(RPC), params });
  return dice.often(0.5) ? Buffer.from(text) : Buffer.from(text.slice(0, dice.below(text.length)));
}

/** One request: mostly a good one with something wrong about its body, proof, headers or address. */
export function fuzzRequest(dice: Dice, key: string): FuzzRequest {
  const kind = dice.next();
  const json = { 'content-type': 'application/json' };
  const bearer = { authorization: `Bearer ${key}` };
  if (kind < 0.45) {
    const headers = { ...json, ...bearer, ...(dice.often(0.2) ? dice.one(HEADERS) : {}) };
    return { method: 'POST', path: '/v1/proposals', headers, body: spoiledBody(dice), proved: true };
  }
  if (kind < 0.65) return signedRequest(dice, key);
  if (kind < 0.75) {
    const wrong = dice.one([key.slice(0, -1), `${key}=`, key.toUpperCase(), '', `${key} ${key}`, 'whsec_']);
    const headers = { ...json, authorization: dice.one([`Bearer ${wrong}`, wrong, `Basic ${key}`]) };
    return {
      method: 'POST',
      path: '/v1/proposals',
      headers,
      body: Buffer.from(goodBody(dice)),
      proved: false,
    };
  }
  if (kind < 0.85) {
    const accept = dice.one(['application/json, text/event-stream', 'text/html', '*/*']);
    const headers = { ...json, ...bearer, accept };
    return { method: 'POST', path: '/mcp', headers, body: rpcBody(dice), proved: true };
  }
  const method = dice.one(['GET', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']);
  const body =
    method === 'POST' ? dice.one([spoiledBody(dice), Buffer.from(goodBody(dice)), undefined]) : undefined;
  return {
    method,
    path: somePath(dice),
    headers: { ...json, ...bearer, ...dice.one(HEADERS) },
    body,
    proved: true,
  };
}

/** Signed, and in most cases changed after that. */
function signedRequest(dice: Dice, key: string): FuzzRequest {
  const body = Buffer.from(goodBody(dice));
  const id = `fuzz-${dice.below(1e9)}`;
  const now = Math.floor(Date.now() / 1_000);
  const timestamp = String(now);
  const secret = signingBytes(key) ?? Buffer.alloc(0);
  const signature = signWebhook(secret, { id, timestamp, body });
  const headers = {
    ...{ 'content-type': 'application/json', 'countersign-agent': 'refund-agent', 'webhook-id': id },
    ...{ 'webhook-timestamp': timestamp, 'webhook-signature': signature },
  };
  const request = { method: 'POST', path: '/v1/proposals', headers, body, proved: true };
  const at = dice.below(body.length);
  const flipped = Buffer.from(body);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.below(7));
  const forged = { ...request, proved: false };
  const late = String(now - 301 - dice.below(1e6));
  return dice.one<FuzzRequest>([
    request,
    { ...forged, body: flipped },
    { ...forged, body: Buffer.concat([body, Buffer.from(' ')]) },
    { ...forged, headers: { ...headers, 'webhook-id': `${id}1` } },
    { ...forged, headers: { ...headers, 'webhook-timestamp': String(now + 1) } },
    {
      ...forged,
      headers: {
        ...headers,
        'webhook-timestamp': late,
        'webhook-signature': signWebhook(secret, { id, timestamp: late, body }),
      },
    },
    { ...forged, headers: { ...headers, 'countersign-agent': 'other-agent' } },
    { ...forged, headers: { ...headers, 'webhook-signature': signature.replace('v1,', 'v1a,') } },
    { ...forged, headers: { ...headers, 'webhook-signature': signature.slice(0, -2) } },
    { ...forged, headers: { ...headers, 'webhook-signature': signature.toLowerCase() } },
    {
      ...forged,
      headers: { ...headers, 'webhook-signature': signWebhook(Buffer.alloc(0), { id, timestamp, body }) },
    },
    { ...request, headers: { ...headers, 'webhook-signature': `v1,AAAA ${signature} v2,x` } },
  ]);
}
