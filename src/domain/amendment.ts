import { canonicalText, isObject, type Json, type JsonObject } from './json.ts';
import type { Action } from './manifest.ts';
import type { Money } from './money.ts';
import { referencesOf } from './references.ts';

export function changedFields(before: JsonObject, after: JsonObject): string[] {
  const text = (value: Json | undefined) => (value === undefined ? '' : canonicalText(value));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => text(before[name]) !== text(after[name]));
}

/** Nothing but what the impact is computed from is different, and the impact is less. What can't be compared is no less. */
export function onlyLowers(
  { impact }: Pick<Action, 'impact'>,
  changed: readonly string[],
  before: Money | null,
  after: Money | null,
): boolean {
  const { inputs } = referencesOf(impact);
  return (
    before !== null &&
    after !== null &&
    after.minor < before.minor &&
    changed.every((name) => inputs.has(name))
  );
}

/** What somebody typed, as the field's schema has it; undefined: it is none of that kind. */
export function typedValue(schema: Json | undefined, text: string): Json | undefined {
  const type = isObject(schema) ? schema.type : undefined;
  const trimmed = text.trim();
  if (type === 'integer' || type === 'number') {
    const value = Number(trimmed);
    return trimmed !== '' && Number.isFinite(value) && String(value) === trimmed ? value : undefined;
  }
  if (type === 'boolean') return trimmed === 'true' ? true : trimmed === 'false' ? false : undefined;
  return trimmed;
}
