/** A client of Countersign without dependencies: fetch and WebCrypto are all that it needs. Types are in countersign.d.ts. */

const PATIENCE_MS = 120_000;
const LONGEST_WAIT_S = 50;

/** What the door refused (an RFC 9457 problem), or that it could not be reached in time (`status` 0). */
export class CountersignError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `it answered ${status}`);
    this.name = 'CountersignError';
    this.status = status;
    this.type = problem.type ?? '';
    this.problem = problem;
  }
}

/** A proposal that came to an end without being written: `proposal` says which. */
export class NotDone extends Error {
  constructor(proposal) {
    super(`#${proposal.number} is ${proposal.state}: ${proposal.next}`);
    this.name = 'NotDone';
    this.proposal = proposal;
  }
}

export function createClient({ url, key, fetch: send = globalThis.fetch, patienceMs = PATIENCE_MS }) {
  const base = url.replace(/\/+$/, '');

  /** Asks until there is an answer that asking again would not change. */
  async function ask(method, path, { body, headers, signal } = {}) {
    const until = Date.now() + patienceMs;
    for (let tries = 1; ; tries += 1) {
      const answer = await once(method, path, { body, headers, signal });
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      const wait = waitAfter(answer, tries);
      if (wait === undefined || Date.now() + wait > until)
        throw new CountersignError(answer.status, answer.body);
      await pause(wait, signal);
    }
  }

  async function once(method, path, { body, headers, signal }) {
    try {
      const response = await send(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signalOf(signal),
      });
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
      return { status: response.status, retryAfter, body: await response.json().catch(() => ({})) };
    } catch (error) {
      signal?.throwIfAborted();
      return { status: 0, body: { detail: `${base} can't be reached: ${messageOf(error)}` } };
    }
  }

  const client = {
    /** Proposes once, however often it has to be tried: every try is under the same key. */
    async propose(proposal, { until, timeoutMs, signal, onProposed } = {}) {
      const idempotency_key = proposal.idempotency_key ?? crypto.randomUUID();
      const accepted = await ask('POST', '/v1/proposals', { body: { ...proposal, idempotency_key }, signal });
      onProposed?.(accepted);
      if (timeoutMs === undefined && until === undefined) return accepted;
      return client.wait(accepted.id, { until, timeoutMs, signal });
    },

    /** What it would be and who would decide; nothing is stored. */
    consider: (proposal, { signal } = {}) =>
      ask('POST', '/v1/proposals?dry_run=true', { body: proposal, signal }),

    /** Resolves once people have decided (or, until `settled`, nothing more will happen), or as it is when the time is over. */
    async wait(id, { until = 'decided', timeoutMs = Number.POSITIVE_INFINITY, signal } = {}) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const left = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
        const query = `wait=${Math.min(LONGEST_WAIT_S, left)}&until=${until}`;
        const proposal = await ask('GET', `/v1/proposals/${encodeURIComponent(id)}?${query}`, { signal });
        if (isReached(proposal, until) || Date.now() >= end) return proposal;
      }
    },

    get: (id, { signal } = {}) => ask('GET', `/v1/proposals/${encodeURIComponent(id)}`, { signal }),

    list: (query = {}, { signal } = {}) =>
      ask('GET', `/v1/proposals?${new URLSearchParams(query)}`, { signal }),

    withdraw: (id, { signal } = {}) =>
      ask('POST', `/v1/proposals/${encodeURIComponent(id)}/withdraw`, { signal }),

    answer: (id, question, text, { signal } = {}) =>
      ask(
        'POST',
        `/v1/proposals/${encodeURIComponent(id)}/questions/${encodeURIComponent(question)}/answer`,
        {
          body: { text },
          signal,
        },
      ),

    receipt: async (id, { signal } = {}) =>
      (await ask('GET', `/v1/proposals/${encodeURIComponent(id)}/receipt`, { signal })).receipt,

    actions: async ({ signal } = {}) => (await ask('GET', '/v1/actions', { signal })).actions,

    /** A function that is written only once people have approved it: it resolves to what the system answered, or throws NotDone. */
    gated(action, { reason, timeoutMs, onProposed } = {}) {
      return async (input, { signal, ...options } = {}) => {
        const why = options.reason ?? (typeof reason === 'function' ? reason(input) : reason);
        const proposed = { action, input, ...options, reason: why };
        const proposal = await client.propose(proposed, { until: 'settled', timeoutMs, signal, onProposed });
        if (proposal.state === 'executed') return proposal.execution?.result ?? {};
        throw new NotDone(proposal);
      };
    },

    /** What a model is offered, for any framework: one tool an action, with its own schema and `reason`. */
    tools: async (options = {}) =>
      (await client.actions(options)).map((action) => toolOf(action, client, options)),
  };
  return client;
}

function toolOf({ action, title, input }, client, { timeoutMs, onProposed } = {}) {
  const { properties = {}, required = [] } = input;
  // An input with such a field of its own keeps it.
  const why = 'reason' in properties ? 'proposal_reason' : 'reason';
  const reasonSchema = { type: 'string', minLength: 1, maxLength: 10_000, description: REASON };
  return {
    name: action.replaceAll('.', '_'),
    action,
    description: `${title}. ${PEOPLE_DECIDE}`,
    inputSchema: {
      ...input,
      properties: { ...properties, [why]: reasonSchema },
      required: [...required, why],
    },
    async call({ [why]: reason, ...given }, { signal, ...more } = {}) {
      const proposed = { action, input: given, ...more, reason };
      try {
        return told(await client.propose(proposed, { until: 'settled', timeoutMs, signal, onProposed }));
      } catch (error) {
        // What was wrong with it is for the model to mend; that nobody could be reached is not.
        if (!(error instanceof CountersignError) || error.status < 400 || error.status >= 500) throw error;
        return { state: 'refused', next: error.message };
      }
    },
  };
}

const REASON = 'Why, for the people who decide';
const PEOPLE_DECIDE =
  'People decide, and only then is it written: it answers once they have. Do not call it again for the same.';

/** What a model needs to know of a proposal, and no more. */
function told({ number, state, next, blocked, decisions, execution }) {
  const said = decisions.flatMap(({ by, reason }) => (reason ? [`${by.name}: ${reason}`] : []));
  return {
    ...{ number, state, next },
    ...(said.length > 0 ? { said } : {}),
    ...(blocked ? { blocked } : {}),
    ...(execution?.error ? { error: execution.error } : {}),
    ...(execution?.result ? { result: execution.result } : {}),
  };
}

const OPEN = ['received', 'pending', 'in_review'];

function isReached(proposal, until) {
  return until === 'settled'
    ? proposal.settled || proposal.state === 'unknown'
    : !OPEN.includes(proposal.state);
}

/** Milliseconds; undefined: trying again would change nothing. */
function waitAfter({ status, retryAfter }, tries) {
  if (status !== 0 && status !== 429 && status < 500) return undefined;
  if (retryAfter >= 0) return retryAfter * 1_000;
  return Math.min(10_000, 250 * 2 ** tries) * (0.75 + Math.random() / 2);
}

/** Longer than a long wait is held, so that a server which went silent is not waited for. */
function signalOf(signal) {
  const late = AbortSignal.timeout((LONGEST_WAIT_S + 15) * 1_000);
  return signal ? AbortSignal.any([signal, late]) : late;
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

function messageOf(error) {
  return error instanceof Error ? (error.cause?.message ?? error.message) : String(error);
}

/**
 * Reads a callback, or throws: `keys` is the agent's key, or all that are good while one is rotated; `headers` what came, `body` the
 * raw bytes or text as they came. What is told may come twice and late: ignore a `version` that is not newer than the one you have.
 */
export async function verifyCallback(keys, headers, body, { now = Date.now(), toleranceSeconds = 300 } = {}) {
  const read = (name) => (typeof headers.get === 'function' ? headers.get(name) : headers[name]) ?? '';
  const [id, timestamp] = [read('webhook-id'), read('webhook-timestamp')];
  if (!/^[\x21-\x2d\x2f-\x7e]{1,255}$/.test(id) || !/^[1-9]\d{0,11}$/.test(timestamp))
    throw new Error('this is no callback: webhook-id or webhook-timestamp is not there');
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new Error('the callback is too old, or a clock is wrong');
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const given = read('webhook-signature').split(' ').map(signatureIn);
  for (const key of [keys].flat()) {
    const secret = await crypto.subtle.importKey(
      'raw',
      keyBytes(key),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    // WebCrypto compares in constant time.
    for (const signature of given)
      if (signature && (await crypto.subtle.verify('HMAC', secret, signature, signed)))
        return { id, ...JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  }
  throw new Error('the callback is not signed with this key');
}

function signatureIn(text) {
  return text.startsWith('v1,') ? fromBase64(text.slice(3)) : undefined;
}

function keyBytes(key) {
  return key.startsWith('whsec_') ? fromBase64(key.slice('whsec_'.length)) : new TextEncoder().encode(key);
}

function fromBase64(text) {
  try {
    return Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  } catch {
    return new Uint8Array(1);
  }
}

function concat(first, second) {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
