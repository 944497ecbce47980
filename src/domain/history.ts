import { isObject, type JsonObject } from './json.ts';
import type { Action } from './manifest.ts';
import { formatMoney, type Money } from './money.ts';
import { hiddenFields } from './personal-fields.ts';
import { referencesOf } from './references.ts';

/** What was done before. */
export interface Past {
  /** For this account by this action within {@link PAST_DAYS}, the one looked at apart. */
  readonly count: number;
  readonly sum: Money;
  /** The newest other one about the very same thing, whenever it was. */
  readonly same: { readonly number: number; readonly isDone: boolean } | undefined;
}

export const PAST_DAYS = 90;

export interface Thing {
  readonly name: string;
  readonly value: string;
}

/** What an input is about beyond its account, its amount and what is not told: `invoice inv_9`. A choice of a few words names nothing. */
export function thingOf(
  action: Pick<Action, 'input' | 'account' | 'impact' | 'fields'>,
  input: JsonObject,
): Thing | undefined {
  const used = new Set([
    ...[action.account, action.impact].flatMap((each) => [...referencesOf(each).inputs]),
    ...hiddenFields(action),
  ]);
  const schema = isObject(action.input) && isObject(action.input.properties) ? action.input.properties : {};
  for (const [name, field] of Object.entries(schema)) {
    const value = Object.hasOwn(input, name) ? input[name] : undefined;
    const isName = isObject(field) && field.type === 'string' && !('enum' in field) && !('const' in field);
    if (isName && !used.has(name) && typeof value === 'string' && value !== '') return { name, value };
  }
  return undefined;
}

/** `2 times in 90 days, $410.00 in all; invoice inv_9 was already done in #988`. */
export function tellPast({ count, sum, same }: Past, thing: Thing | undefined): string {
  const times = count === 1 ? 'once' : `${count} times`;
  const often = count === 0 ? `none in ${PAST_DAYS} days` : `${times} in ${PAST_DAYS} days`;
  const total = count > 0 && sum.minor > 0n ? `, ${formatMoney(sum)} in all` : '';
  if (!same || !thing) return `${often}${total}`;
  const before = same.isDone
    ? `was already done in #${same.number}`
    : `is also asked for in #${same.number}, not done yet`;
  return `${often}${total}; ${thing.name} ${thing.value} ${before}`;
}

/** Of so many of their last decisions a person is told, so that it can be told at once however many there are. */
export const OWN_MOST = 500;

/** How often one person decided on the like. */
export interface OwnPast {
  /** In all that were looked at, also on other things. */
  readonly decisions: number;
  readonly approved: number;
  readonly rejected: number;
}

export function tellOwnPast({ decisions, approved, rejected }: OwnPast): string | undefined {
  if (approved + rejected === 0) return undefined;
  const since = decisions < OWN_MOST ? `in ${PAST_DAYS} days` : `of your last ${OWN_MOST} decisions`;
  return `${since} you approved ${approved} of these and rejected ${rejected}`;
}
