import type { RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';

export interface WriteOptions {
  /** The idempotency key. */
  readonly key: string;
  readonly scope: string;
  /** Who approved it: the system may verify that (`receipt.ts`). */
  readonly receipt: string;
  /**
   * Commits that the write has started. Asked once, when all else is ready; the first byte leaves before the moment it answers with
   * (by `performance.now()`), or never. Undefined: it must not leave.
   */
  start(): Promise<number | undefined>;
}

/**
 * One system, as the program sees every one of them. A connector holds the credential, refuses what its manifest does not cover
 * before it leaves, bounds time and size, and says of each call whether it was answered, never sent, or lost. It decides nothing
 * and never throws for what a system does.
 */
export interface Connector {
  /** A look at the system, under its `read` lines. */
  read(request: RenderedRequest): Promise<Answer>;
  /** A write, under its `write` lines, of exactly these bytes. */
  write(request: RenderedRequest, options: WriteOptions): Promise<Answer>;
  /**
   * What a write would be made with at this moment, as an answer's body, which goes into what is approved: of a tool, its schema and
   * its server. Left out: what is sent says it all.
   */
  readonly pin?: (request: RenderedRequest, scope: string) => Promise<Answer>;
  /** Another process writes to it, and this one can't. */
  readonly isWrittenElsewhere?: true;
  /** The longest that a call can take, in milliseconds. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}

/** What a connector answers when `start` said no. */
export const NOT_BEGUN: Answer = {
  kind: 'not_sent',
  why: 'it was not let through',
  permanent: false,
  ours: true,
};
