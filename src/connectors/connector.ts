import type { RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';

/**
 * One system, as the program sees every one of them. A connector holds the credential, refuses what its manifest does not cover
 * before it leaves, bounds time and size, and says of each call whether it was answered, never sent, or lost. It decides nothing
 * and never throws for what a system does.
 */
export interface Connector {
  /** A look at the system, under its `read` lines. */
  read(request: RenderedRequest): Promise<Answer>;
  /** A write, under its `write` lines, of exactly these bytes; `key` is the idempotency key. */
  write(request: RenderedRequest, options: { readonly key: string; readonly scope: string }): Promise<Answer>;
  /**
   * What a write would be made with at this moment, as an answer's body, which goes into what is approved: of a tool, its schema and
   * its server. Left out: what is sent says it all.
   */
  readonly pin?: (request: RenderedRequest, scope: string) => Promise<Answer>;
  /** The longest that a call can take, in milliseconds. */
  readonly timeoutMs: number;
  close(): Promise<void>;
}
