import { type Connector, NOT_BEGUN, type WriteOptions } from '../../src/connectors/connector.ts';
import type { RenderedRequest } from '../../src/domain/envelope.ts';
import type { Answer } from '../../src/domain/handoff.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';

const answered = (status: number, body: Json = null): Answer => ({
  kind: 'answered',
  status,
  body,
  retryAfterMs: undefined,
});

export const LOST: Answer = { kind: 'lost', why: 'the connection broke' };

/** A billing system in memory that keeps each refund as a record, and voids it once. */
export function refundLedger(): Connector & {
  /** By id: what stands in the ledger. */
  refunds: Map<string, JsonObject>;
  /** Of every void that was done, in order. */
  voided: { id: string; key: string }[];
  /** Somebody else's hand. */
  edit(id: string, fields: JsonObject): void;
  /** What the next write answers instead, once it is done. */
  answers: Answer[];
  /** Called before a write of ours reaches it. */
  onWrite: () => Promise<void>;
} {
  const refunds = new Map<string, JsonObject>();
  const known = new Map<string, Answer>();
  const voided: { id: string; key: string }[] = [];
  let next = 1;

  function perform(path: string, key: string, body: unknown): Answer {
    const id = /^\/refunds\/(\w+)\/void$/.exec(path)?.[1];
    if (id === undefined) {
      const made = `re_${next}`;
      next += 1;
      refunds.set(made, { ...(body as JsonObject), id: made, state: 'posted' });
      return answered(201, { id: made, state: 'posted' });
    }
    const refund = refunds.get(id);
    if (!refund) return answered(404);
    if (refund.state !== 'posted') return answered(409);
    refunds.set(id, { ...refund, state: 'void' });
    voided.push({ id, key });
    return answered(200, { id, state: 'void' });
  }

  const ledger = {
    timeoutMs: 5_000,
    refunds,
    voided,
    answers: [] as Answer[],
    onWrite: async () => {},
    edit: (id: string, fields: JsonObject) => {
      refunds.set(id, { ...refunds.get(id), ...fields });
    },
    async read(request: RenderedRequest): Promise<Answer> {
      const path = 'path' in request ? request.path : '';
      const key = /^\/refunds\?key=(.+)$/.exec(path)?.[1];
      if (key !== undefined) {
        const done = known.get(decodeURIComponent(key));
        return done?.kind === 'answered' ? answered(200, done.body) : answered(404);
      }
      const id = /^\/refunds\/(\w+)$/.exec(path)?.[1];
      if (id !== undefined) {
        const refund = refunds.get(id);
        return refund ? answered(200, refund) : answered(404);
      }
      const invoices = [{ id: 'inv_9', state: 'paid' }];
      return answered(200, { refundable: '20000.00', balance: '100.00', version: 1, invoices });
    },
    async write(request: RenderedRequest, { key, start }: WriteOptions): Promise<Answer> {
      await ledger.onWrite();
      if ((await start()) === undefined) return NOT_BEGUN;
      const answer =
        known.get(key) ?? ('path' in request ? perform(request.path, key, request.body) : answered(400));
      known.set(key, answer);
      return ledger.answers.shift() ?? answer;
    },
    close: async () => {},
  };
  return ledger;
}
