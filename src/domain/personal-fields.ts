import { hash, randomBytes } from 'node:crypto';
import { canonicalText, isObject, type Json, type JsonObject } from './json.ts';
import type { Action } from './manifest.ts';
import type { Evidence, Execution, Proposal } from './proposal.ts';

/** How a personal field is told to whoever is not the system that is written: as it is, by its end, comparable, or not at all. */
export type FieldClass = 'show' | 'mask' | 'hash' | 'drop';

/** By name, of the input and of what is shown of a record or told of a result. What is named here is personal: it can be erased. */
export type PersonalFields = Readonly<Record<string, FieldClass>>;

/** Equal texts have equal values within the organisation, and nobody without its key can try which. */
export type Keyed = (text: string) => string;

export const NOT_TOLD = '(not told)';
const MASK = '••••';
/** Less would tell most of a short value. */
const LEAST_FOR_AN_END = 10;
const END = 4;

/** One value as it may be told. Null stays: it is none. */
function told(kind: FieldClass, value: Json, keyed: Keyed): Json {
  if (value === null || kind === 'show') return value;
  switch (kind) {
    case 'mask': {
      const letters = typeof value === 'object' ? [] : Array.from(String(value));
      return letters.length < LEAST_FOR_AN_END ? MASK : `${MASK}${letters.slice(-END).join('')}`;
    }
    case 'hash':
      return `hmac:${keyed(canonicalText(value))}`;
    case 'drop':
      return NOT_TOLD;
  }
}

/** A record as it may be told. */
export function toldRecord(fields: PersonalFields, record: JsonObject, keyed: Keyed): JsonObject {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const kind = classOf(fields, name);
      return [name, kind ? told(kind, value, keyed) : value];
    }),
  );
}

/** A proposal as it may be told. What is written is made of the other one. */
export function toldProposal(action: Pick<Action, 'fields'>, proposal: Proposal, keyed: Keyed): Proposal {
  const { fields } = action;
  if (hiddenFields(action).length === 0) return proposal;
  const tell = <R extends JsonObject | null>(record: R) => record && toldRecord(fields, record, keyed);
  const { input, before, execution, evidence, metadata, questions } = proposal;
  const say = (text: string) => toldText(action, text, proposal);
  return {
    ...proposal,
    reason: say(proposal.reason),
    evidence: toldEvidence(evidence, say),
    metadata: toldMetadata(metadata, say),
    questions: questions.map((each) => ({
      ...each,
      answer: each.answer && { ...each.answer, text: say(each.answer.text) },
    })),
    input: toldRecord(fields, input, keyed),
    before: tell(before),
    execution: execution && toldExecution(execution, tell),
  };
}

/** `say` is what a text may be told as. */
export function toldEvidence(evidence: readonly Evidence[], say: (text: string) => string): Evidence[] {
  return evidence.map(({ title, url }) => ({ title: say(title), url: say(url) }));
}

export function toldMetadata(
  metadata: Proposal['metadata'],
  say: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, say(text)]));
}

function toldExecution(
  execution: Execution,
  tell: (record: JsonObject | null) => JsonObject | null,
): Execution {
  const { before, after, result } = execution;
  return { ...execution, before: tell(before), after: tell(after), result: tell(result) };
}

/** The names of those that are not told as they are. */
export function hiddenFields({ fields }: Pick<Action, 'fields'>): string[] {
  return Object.keys(fields).filter((name) => classOf(fields, name) !== 'show');
}

export function classOf(fields: PersonalFields, name: string): FieldClass | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Shorter ones stand in every text. */
const LEAST_TO_FIND = 4;

/** A text that a system or a person wrote, without the values of fields that are not told: their names stand there instead. */
export function toldText(
  action: Pick<Action, 'fields'>,
  text: string,
  { input, before, execution }: Pick<Proposal, 'input'> & Partial<Pick<Proposal, 'before' | 'execution'>>,
): string {
  const hidden = hiddenFields(action);
  if (hidden.length === 0) return text;
  const records = [input, before, execution?.before, execution?.after, execution?.result];
  const values = hidden.flatMap((name) =>
    records
      .flatMap((record) => (record && Object.hasOwn(record, name) ? leavesOf(record[name] ?? null) : []))
      .filter((value) => value.length >= LEAST_TO_FIND)
      .map((value) => ({ name, value })),
  );
  return values
    .toSorted((a, b) => b.value.length - a.value.length)
    .flatMap(({ name, value }) => [value, encodeURIComponent(value)].map((form) => ({ name, form })))
    .reduce((all, { name, form }) => all.replaceAll(form, `[${name}]`), text);
}

function leavesOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isObject(value)) return Object.values(value).flatMap(leavesOf);
  return value === null || typeof value === 'boolean' ? [] : [String(value)];
}

/** A value that an audit event commits to without holding it. */
export interface KeptValue {
  /** Where it belongs in the event's data: `/input/iban`. */
  readonly path: string;
  /** 16 bytes, in base64. */
  readonly salt: string;
  readonly value: Json;
}

/** The parts of an event's data that are records of the action's fields; of the latter two each field holds a record of values. */
const RECORDS = ['input', 'before', 'after', 'result'];
const CHANGES = ['changes', 'difference'];

/**
 * An event's data without its personal values: `erasable` has a commitment for each. The values, as they may be told, are kept apart,
 * so that they can be erased while the event stays as it was sealed. So are the parts that are an agent's own `words`, as they may be told.
 */
export function commitPersonal(
  fields: PersonalFields,
  data: JsonObject,
  keyed: Keyed,
  words: readonly string[] = [],
): { readonly data: JsonObject; readonly kept: readonly KeptValue[] } {
  const kept: KeptValue[] = [];
  const keep = (path: string, value: Json): void => {
    kept.push({ path, salt: randomBytes(16).toString('base64'), value });
  };
  const without = (
    held: JsonObject,
    at: string,
    kindOf: (name: string) => FieldClass | undefined,
  ): JsonObject =>
    Object.fromEntries(
      Object.entries(held).flatMap(([name, value]): [string, Json][] => {
        const kind = kindOf(name);
        if (!kind || value === null || kind === 'drop')
          return [[name, kind ? told(kind, value, keyed) : value]];
        keep(`${at}/${name}`, told(kind, value, keyed));
        return [];
      }),
    );
  const own = Object.entries(data).filter(([part]) => words.includes(part));
  for (const [part, said] of own) keep(`/${part}`, said);
  const rest = Object.entries(data).filter(([part]) => !words.includes(part));
  const parts = rest.map(([part, held]): [string, Json] => {
    if (!isObject(held)) return [part, held];
    if (RECORDS.includes(part)) return [part, without(held, `/${part}`, (name) => classOf(fields, name))];
    if (!CHANGES.includes(part)) return [part, held];
    const each = Object.entries(held).map(([name, one]) => {
      const kind = classOf(fields, name);
      return [name, kind && isObject(one) ? without(one, `/${part}/${name}`, () => kind) : one] as const;
    });
    return [part, Object.fromEntries(each)];
  });
  if (kept.length === 0) return { data: Object.fromEntries(parts), kept };
  const erasable = Object.fromEntries(kept.map(({ path, salt, value }) => [path, commitmentOf(salt, value)]));
  return { data: { ...Object.fromEntries(parts), erasable }, kept };
}

/** `sha256(salt ‖ RFC 8785 form)`, in base64. */
export function commitmentOf(salt: string, value: Json): string {
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(canonicalText(value))]),
    'base64',
  );
}

const ERASED = '(erased)';

/** An event's data as people read it: with the values that are still kept in their places, and where they are not, that they were erased. */
export function withKept(data: JsonObject, kept: readonly Pick<KeptValue, 'path' | 'value'>[]): JsonObject {
  const { erasable, ...rest } = data;
  if (!isObject(erasable)) return data;
  const values = new Map(kept.map(({ path, value }) => [path, value]));
  const whole = structuredClone(rest);
  for (const path of Object.keys(erasable)) {
    const names = path.split('/').slice(1);
    const last = names.pop();
    let at: Json | undefined = whole;
    for (const name of names) at = isObject(at) ? at[name] : undefined;
    if (isObject(at) && last !== undefined) at[last] = values.get(path) ?? ERASED;
  }
  return whole;
}
