import type { Dispatcher } from 'undici';
import type { Answer } from '../domain/handoff.ts';
import { createBoundedBody } from './bounded-body.ts';
import { AddressRefused } from './pinned-connect.ts';

export interface Outgoing {
  readonly origin: string;
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** By `performance.now()`: later than that nothing of it leaves. */
  readonly leaveBy?: number;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Headers;
  /** Null: the status arrived, but not all of the body. */
  readonly body: Buffer | null;
}
export type NotSent = Extract<Answer, { kind: 'not_sent' }>;
export type Exchange = Answered | Exclude<Answer, { kind: 'answered' }>;

/**
 * Sends one request, once, and follows no redirect. What tells `not_sent` from `lost` is not the error but whether undici had
 * begun to write (`onRequestStart`): a reset has the same code in a handshake and after the last byte. Settles within `withinMs`;
 * a request that has not begun by then never leaves.
 */
export function exchange(dispatcher: Dispatcher, request: Outgoing, withinMs: number): Promise<Exchange> {
  return new Promise((resolve) => {
    const body = createBoundedBody();
    let controller: Dispatcher.DispatchController | undefined;
    let head: { status: number; headers: Headers } | undefined;
    let settled = false;

    const settle = (result: Exchange): void => {
      settled = true;
      clearTimeout(timer);
      resolve(result);
    };
    const giveUp = (why: string, of: { permanent?: boolean; ours?: true } = {}): void => {
      if (settled) return;
      if (head) settle({ kind: 'answered', ...head, body: null });
      else settle(controller ? { kind: 'lost', why } : { kind: 'not_sent', why, permanent: false, ...of });
      controller?.abort(new Error(why));
    };
    const timer = setTimeout(() => giveUp(`it did not answer within ${withinMs} ms`), withinMs);

    dispatcher.dispatch(
      { ...request, headersTimeout: 0, bodyTimeout: 0, idempotent: false },
      {
        onRequestStart(begun) {
          // Too late to be sent, or about to be sent again: neither may happen.
          if (settled || controller) return begun.abort(new Error('given up'));
          if (performance.now() >= (request.leaveBy ?? Number.POSITIVE_INFINITY)) {
            giveUp('it was held up between its start and its first byte', { ours: true });
            return begun.abort(new Error('too late to leave'));
          }
          controller = begun;
        },
        onResponseStart(_, status, headers) {
          if (status >= 200) head = { status, headers };
        },
        onResponseData(_, chunk) {
          if (!body.add(chunk)) giveUp('its answer is too long');
        },
        onResponseEnd() {
          if (!settled && head) settle({ kind: 'answered', ...head, body: body.bytes() });
        },
        onResponseError(_, error) {
          const permanent = error instanceof AddressRefused;
          giveUp(controller ? lossOf(error) : failureOf(error), { permanent });
        },
      },
    );
  });
}

/** By codes only: a message could repeat what the other side said. */
function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function lossOf(error: Error): string {
  return `its answer was lost (${codeOf(error)})`;
}

/** Why a connection could not be opened, as people may read it. */
export function failureOf(error: Error): string {
  return error instanceof AddressRefused ? error.message : `it can't be reached (${codeOf(error)})`;
}
