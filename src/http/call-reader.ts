import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentKey } from './agent-keys.ts';
import type { Answer, Read } from './answer.ts';
import { headerOf, type Proof, proveBearer, proveSignature } from './authenticate.ts';
import type { Call } from './call.ts';
import { clientAddress, networks } from './client-address.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

export type CallReader = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
  query: string,
) => Promise<Read<Call>>;

/** Finds out who calls, from where and with what; a body is parsed by nobody before that. */
export function createCallReader(
  keys: readonly AgentKey[],
  trustedProxies: readonly string[],
  stopping: AbortSignal,
): CallReader {
  setMaxListeners(0, stopping); // One a call that is in hand.
  const isProxy = networks(trustedProxies);
  const mayCallFrom = new Map(keys.map(({ agent }) => [agent.id, networks(agent.allowFrom)]));

  function addressRefusal(request: IncomingMessage, { agent }: Proof): Answer | undefined {
    if (agent.allowFrom.length === 0) return undefined;
    const forwardedFor = headerOf(request.headers, 'x-forwarded-for');
    const address = clientAddress(request.socket.remoteAddress, forwardedFor, isProxy);
    if (address !== undefined && mayCallFrom.get(agent.id)?.(address)) return undefined;
    const from = address ?? 'an address that its proxy does not tell';
    return problem(
      'address-not-allowed',
      `${agent.id} may not call from ${from}: see allow_from in its manifest.`,
    );
  }

  return async (request, response, params, query) => {
    const { headers } = request;
    const bearer = headers.authorization;
    let proof = bearer === undefined ? undefined : proveBearer(keys, bearer);
    const signed = bearer === undefined && headers['webhook-signature'] !== undefined;
    if (!proof && !signed) return unproved;
    const body = await readBody(request);
    if (!body.ok) return body;
    proof ??= proveSignature(keys, headers, body.value, new Date());
    if (!proof) return unproved;
    const elsewhere = addressRefusal(request, proof);
    if (elsewhere) return { ok: false, refusal: elsewhere };
    const gone = goneSignal(response, stopping);
    return {
      ok: true,
      value: { ...proof, params, query: new URLSearchParams(query), headers, body: body.value, gone },
    };
  };
}

/** One for all: a reason made at each end would cost a stack trace for every call. */
const GONE = new Error('the caller has gone');

function goneSignal(response: ServerResponse, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  const end = () => gone.abort(GONE);
  if (stopping.aborted) end();
  stopping.addEventListener('abort', end);
  response.once('close', () => {
    stopping.removeEventListener('abort', end);
    end();
  });
  return gone.signal;
}

/** The same for whatever is wrong: it tells nobody how near they came. */
const unproved: Read<Call> = {
  ok: false,
  refusal: problem(
    'unproved',
    'Send Authorization: Bearer <key>, or a Standard Webhooks signature with countersign-agent.',
    {},
    { 'www-authenticate': 'Bearer' },
  ),
};
