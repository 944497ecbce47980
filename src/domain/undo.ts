import { formatDuration } from './duration.ts';
import { holds, type Scope } from './expression.ts';
import { canonicalText, isObject, type Json, type JsonObject } from './json.ts';
import type { Action, Undo } from './manifest.ts';
import type { Execution, Proposal } from './proposal.ts';

/** By field: as it was before our write, as our write left it, as it is now. */
export type Difference = Readonly<Record<string, { before: Json; ours: Json; now: Json }>>;

/** What the executor kept of a write; an undo is made of nothing else. */
export interface Written {
  readonly proposal: Pick<Proposal, 'input' | 'account' | 'before'>;
  readonly execution: Pick<Execution, 'id' | 'result' | 'before' | 'after'>;
}

export function undoScope({ proposal, execution }: Written): Scope {
  const { input, account } = proposal;
  return {
    input,
    account,
    before: execution.before ?? proposal.before,
    after: execution.after,
    result: execution.result,
    idempotency_key: execution.id,
  };
}

/** Why there is no way back any more; undefined: there is one, or it was not written to its end. `now` is the database's clock. */
export function whyTooLate(
  { withinMs }: Undo,
  { finishedAt }: Pick<Execution, 'finishedAt'>,
  now: Date,
): string | undefined {
  if (withinMs === undefined || !finishedAt) return undefined;
  const until = new Date(finishedAt.getTime() + withinMs);
  return now < until
    ? undefined
    : `it could be undone for ${formatDuration(withinMs)}, until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export type UndoVerdict =
  | { readonly may: true }
  | { readonly may: false; readonly why: string; readonly diff: Difference };

/**
 * Whether the record is still as our write left it, so that undoing it overwrites nobody. Without a condition of its own every field
 * that we know must be as we left it. A condition that can't be evaluated does not hold.
 */
export function judgeUndo(action: Action, undo: Undo, written: Written, now: JsonObject | null): UndoVerdict {
  const diff = differenceOf(action, undo, written, now);
  const unchanged =
    undo.onlyIf === undefined
      ? Object.values(diff).every((each) => canonicalText(each.ours) === canonicalText(each.now))
      : isTrue(undo.onlyIf, { ...undoScope(written), ...(now ? { now } : {}) });
  if (unchanged) return { may: true };
  const fields = Object.keys(diff).filter((field) => !isSame(diff[field]));
  const what = fields.length > 0 ? `: ${fields.join(', ')}` : '';
  return { may: false, why: `somebody has changed it since${what}`, diff };
}

function isSame(field: Difference[string] | undefined): boolean {
  return field !== undefined && canonicalText(field.ours) === canonicalText(field.now);
}

/** Of the fields that stand in the record as we left it and as it is now. What is read for an undo may be another record than before. */
function differenceOf({ after }: Action, undo: Undo, written: Written, now: JsonObject | null): Difference {
  const { proposal, execution } = written;
  const isSameRecord = after !== undefined && JSON.stringify(after) === JSON.stringify(undo.read);
  const ours = (isSameRecord ? execution.after : execution.result) ?? {};
  const before = (isSameRecord ? (execution.before ?? proposal.before) : null) ?? {};
  return Object.fromEntries(
    Object.keys(ours)
      .filter((field) => now !== null && field in now)
      .map((field) => [
        field,
        { before: before[field] ?? null, ours: ours[field] ?? null, now: now?.[field] ?? null },
      ]),
  );
}

function isTrue(expression: string, scope: Scope): boolean {
  try {
    return holds(expression, scope);
  } catch {
    return false;
  }
}

/** Reads what was kept of a difference. */
export function readDifference(value: Json): Difference | null {
  if (!isObject(value)) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, each]) =>
      isObject(each)
        ? [[field, { before: each.before ?? null, ours: each.ours ?? null, now: each.now ?? null }]]
        : [],
    ),
  );
}
