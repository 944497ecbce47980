import { createHash } from 'node:crypto';
import type { RenderedRequest } from './envelope.ts';
import { canonicalText, type Json } from './json.ts';
import type { Money } from './money.ts';
import type { SwitchedBy } from './switches.ts';
import type { Difference } from './undo.ts';

/** What is to be undone: all that was written, or of one of these; `subject` is its name, account or number. */
export interface RollbackScope {
  readonly kind: 'everything' | 'agent' | 'system' | 'workflow' | 'account' | 'proposal';
  readonly subject: string;
}

/** What is to become of one write: the way back, or why there is none for us. */
export type RollbackClass = 'undo' | 'irreversible' | 'changed' | 'unknown';

export interface PlannedItem {
  /** The write that is undone. */
  readonly execution: string;
  readonly proposal: string;
  /** The undoing's execution, and the key of its write. */
  readonly compensation: string;
  readonly class: RollbackClass;
  readonly why: string | null;
  readonly request: RenderedRequest | null;
  readonly diff: Difference | null;
}

/** The newest write first: in this order it is undone. */
export interface RollbackPlan {
  readonly id: string;
  readonly scope: RollbackScope;
  readonly since: Date | null;
  /** What is switched off when it is confirmed. */
  readonly switch: string | null;
  readonly items: readonly PlannedItem[];
}

export type ItemState = 'planned' | 'left' | 'undone' | 'conflict' | 'failed' | 'unknown' | 'skipped';

export interface RollbackItem {
  readonly proposal: string;
  readonly number: number;
  readonly agent: string;
  readonly system: string;
  readonly account: string;
  readonly action: string;
  readonly summary: string;
  readonly impact: Money | null;
  /** A person approved it, not the agent's own tier. */
  readonly byHuman: boolean;
  readonly class: RollbackClass;
  readonly why: string | null;
  readonly diff: Difference | null;
  readonly state: ItemState;
}

export interface Rollback {
  readonly id: string;
  readonly number: number;
  readonly scope: RollbackScope;
  readonly since: Date | null;
  readonly switch: string | null;
  readonly digest: string;
  readonly state: 'planned' | 'confirmed' | 'running' | 'stopped' | 'done';
  readonly askedBy: SwitchedBy;
  readonly askedAt: Date;
  readonly confirmedBy: SwitchedBy | null;
  readonly finishedAt: Date | null;
  readonly items: readonly RollbackItem[];
  /** Where it stands in Slack. */
  readonly place: { readonly channel: string; readonly ts: string } | null;
  /** Rollbacks are stopped by their own switch. */
  readonly paused: boolean;
}

/** A confirmation is of exactly this. */
export function digestOfPlan({ id, scope, since, switch: off, items }: RollbackPlan): string {
  const plan: Json = {
    id,
    scope: { ...scope },
    since: since?.toISOString() ?? null,
    switch: off,
    items: items.map((item) => ({
      execution: item.execution,
      compensation: item.compensation,
      class: item.class,
      request: item.request === null ? null : JSON.parse(JSON.stringify(item.request)),
    })),
  };
  return `sha256:${createHash('sha256').update(canonicalText(plan)).digest('hex')}`;
}
