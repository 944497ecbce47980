import { isObject, type JsonObject } from './json.ts';
import type { Sandbox } from './manifest.ts';
import type { SwitchedBy } from './switches.ts';
import { renderJson } from './template.ts';

/** Fewer would not show whether a stray edit stops it; more would not fit one plan's patience. */
export const DRILL_WRITES = { least: 20, most: 500 } as const;

/** How much of it somebody else changes: half of it before the plan, half after, when the plan can't know of it. */
const EDITED = 0.04;

/** A rollback against a system's sandbox. */
export interface Drill {
  readonly id: string;
  readonly number: number;
  /** The live system, whose sandbox it is. */
  readonly system: string;
  readonly by: SwitchedBy;
  readonly writes: number;
  readonly state: 'writing' | 'undoing' | 'done';
  /** The id of its rollback, also before there is one. */
  readonly rollback: string;
  readonly edits: readonly DrillEdit[];
  /** Undoings whose holder died, by their execution's id. */
  readonly crashed: readonly string[];
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly passed: boolean | null;
  /** The signed record, once it is done. */
  readonly record: string | null;
  /** Where it stands in Slack. */
  readonly place: { readonly channel: string; readonly ts: string } | null;
}

/** What somebody else's hand did. */
export interface DrillEdit {
  readonly proposal: string;
  /** The plan was made after it, and has to name it. */
  readonly foreseen: boolean;
  /** The record as that hand left it: what no undoing may overwrite. */
  readonly left: JsonObject | null;
}

export interface DrillWrite {
  readonly n: number;
  readonly action: string;
  readonly input: JsonObject;
}

/**
 * The writes of a drill in their order: of each action as many as its weight asks for, one at least, spread evenly. Throws where an
 * input can't be rendered.
 */
export function planDrill(drill: Sandbox['drill'], writes: number): DrillWrite[] {
  const actions = Object.entries(drill);
  const total = actions.reduce((sum, [, { weight }]) => sum + weight, 0);
  const counts = new Map(
    actions.map(([id, { weight }]) => [id, Math.max(1, Math.round((weight * writes) / total))]),
  );
  const spread = [...counts].flatMap(([action, count]) =>
    Array.from({ length: count }, (_, index) => ({ action, at: (index + 0.5) / count })),
  );
  spread.sort((a, b) => a.at - b.at);
  return spread.slice(0, writes).map(({ action }, n) => {
    const input = renderJson(drill[action]?.input ?? {}, { n: BigInt(n) });
    return { n, action, input: isObject(input) ? input : {} };
  });
}

/** Which of what was written somebody else changes, evenly over all of it; every second one before the plan is made. */
export function pickEdited<T>(written: readonly T[], writes: number): { item: T; foreseen: boolean }[] {
  const count = Math.min(written.length, Math.max(2, Math.round(writes * EDITED)));
  return Array.from({ length: count }, (_, index) => {
    const item = written[Math.floor(((index + 0.5) * written.length) / count)];
    return item === undefined ? [] : [{ item, foreseen: index % 2 === 0 }];
  }).flat();
}
