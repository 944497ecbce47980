import { lookup } from 'node:dns/promises';
import type { McpConnector } from '../domain/connector-config.ts';
import type { RenderedRequest, ToolCall } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import type { SecretRef, System } from '../domain/manifest.ts';
import { coversRequest } from '../domain/scope.ts';
import { type Connector, NOT_BEGUN, type WriteOptions } from './connector.ts';
import { readSecrets } from './credential.ts';
import { createInHand } from './in-hand.ts';
import { timeoutOf } from './patience.ts';
import type { Resolve } from './pinned-connect.ts';
import { openSession, type ToolSession } from './tool-call.ts';
import { createLines } from './tool-lines.ts';

export interface McpOptions {
  readonly system: System;
  readonly config: McpConnector;
  readonly secretOf: (ref: SecretRef) => string;
  readonly resolve?: Resolve;
}

/**
 * A system behind an MCP server, over streamable HTTP or stdio. The protocol knows no idempotency key, so none is sent. What
 * `secretOf` throws may be shown to people.
 */
export function createMcpConnector(options: McpOptions): Connector & Required<Pick<Connector, 'pin'>> {
  const { system, config, secretOf, resolve = (hostname) => lookup(hostname, { all: true }) } = options;
  const timeoutMs = timeoutOf(config);
  const lines = createLines(config, timeoutMs, resolve);
  const inHand = createInHand(lines.close);

  async function inSession(
    request: RenderedRequest,
    covering: readonly string[],
    use: (session: ToolSession, request: ToolCall) => Promise<Answer>,
    receipt?: string,
  ): Promise<Answer> {
    if (!('tool' in request) || !coversRequest(covering, request))
      return refuse(
        `${'tool' in request ? request.tool : 'that'} is not covered by the lines of ${system.id}`,
      );
    const secrets = readSecrets(system.credential?.secrets ?? [], secretOf);
    if (!secrets.ok) return { kind: 'not_sent', why: secrets.why, permanent: false };
    const until = performance.now() + timeoutMs;
    let answer: Answer = refuse('it has no credential');
    for (const secret of secrets.values) {
      const line = lines.open({ secret, secrets: secrets.values, receipt, until });
      if (!line.ok) return line.answer;
      const opened = await openSession(line.line, request.tool, receipt);
      if (opened.ok) {
        const used = await use(opened.session, request);
        await opened.session.close();
        return used;
      }
      answer = opened.answer;
      // A 401 was not done, so the credential that is being rotated out may be tried.
      if (answer.kind !== 'answered' || answer.status !== 401) return answer;
    }
    return answer;
  }

  const linesOf = (scope: string) => (Object.hasOwn(system.write, scope) ? (system.write[scope] ?? []) : []);
  return {
    timeoutMs,
    read: (request) =>
      inHand.hold(
        inSession(request, Object.values(system.read).flat(), (session, call) => session.call(call)),
      ),
    pin: (request, scope) =>
      inHand.hold(
        inSession(request, linesOf(scope), async ({ pin }) => ({
          kind: 'answered',
          status: 200,
          body: { ...pin },
          retryAfterMs: undefined,
        })),
      ),
    write: (request, { scope, receipt, start }) =>
      inHand.hold(
        inSession(request, linesOf(scope), (session, call) => callPinned(session, call, start), receipt),
      ),
    close: () => inHand.close(),
  };
}

/** Another tool than the one that was approved is not called. */
async function callPinned(
  session: ToolSession,
  request: ToolCall,
  start: WriteOptions['start'],
): Promise<Answer> {
  const { pin } = request;
  if (pin?.server !== session.pin.server || pin.schema !== session.pin.schema) {
    return {
      kind: 'not_sent',
      why: `its tool ${request.tool} is not the one that was approved`,
      permanent: false,
    };
  }
  const leaveBy = await start();
  return leaveBy === undefined ? NOT_BEGUN : session.call(request, leaveBy);
}

function refuse(why: string): Answer {
  return { kind: 'not_sent', why, permanent: true };
}
