import type { RequestTemplate } from '../domain/connector-config.ts';
import { checkExpression, ExpressionError, loopsOver, type Variable } from '../domain/expression.ts';
import { isObject, type Json } from '../domain/json.ts';
import { LOOP } from '../domain/loops.ts';
import type { Action, System } from '../domain/manifest.ts';
import { type References, referencesOf } from '../domain/references.ts';
import { expressionsIn } from '../domain/template.ts';
import type { Drafts } from './drafts.ts';
import type { Path } from './problem.ts';
import { headOf } from './request-schema.ts';
import type { Source } from './source.ts';

const INPUT: readonly Variable[] = ['input', 'account'];
const JUDGED: readonly Variable[] = [...INPUT, 'before'];
const SENT: readonly Variable[] = [...JUDGED, 'proposal', 'idempotency_key'];
const DONE: readonly Variable[] = [...SENT, 'result'];
const UNDOING: readonly Variable[] = [...DONE, 'after'];
const FOUND: readonly Variable[] = [...SENT, 'result', 'status'];

/** A place in an action that holds expressions, and the variables that are known there. */
interface Slot {
  readonly path: Path;
  readonly value: Json | undefined;
  readonly bare: boolean;
  readonly allowed: readonly Variable[];
}

/** CEL is well-formed, uses what is known at its place, and whatever picks the impact is checked or written too. */
export function checkExpressions(drafts: Drafts): void {
  for (const { source, value: system } of drafts.systems) {
    for (const action of Object.values(system.actions)) checkAction(source, action);
    const { prove } = system.credential ?? {};
    const at = ['credential', 'prove'];
    for (const slot of requestSlots(at, prove?.request, [])) checkSlot(source, slot);
    checkSlot(source, {
      path: [...at, 'that'],
      value: prove?.that,
      bare: true,
      allowed: ['result', 'status'],
    });
    for (const slot of drillSlots(system)) checkSlot(source, slot);
  }
  for (const { source, value } of drafts.workflows) {
    for (const [index, tier] of value.tiers.entries()) {
      checkSlot(source, { path: ['tiers', index, 'when'], value: tier.when, bare: true, allowed: INPUT });
    }
  }
}

function checkAction(source: Source, action: Action): void {
  const used = new Map<string, References[]>();
  for (const slot of slotsOf(action)) {
    const [key = ''] = slot.path;
    const allowed = slot.allowed.filter((each) => isRead(each, action));
    const found = checkSlot(source, { ...slot, path: ['actions', action.id, ...slot.path], allowed });
    used.set(String(key), [...(used.get(String(key)) ?? []), ...found]);
  }
  checkReach(source, action, used);
  checkLoops(source, action);
}

function isRead(variable: Variable, action: Action): boolean {
  if (variable === 'before') return action.before !== undefined;
  if (variable === 'after') return action.after !== undefined;
  if (variable === 'now') return action.undo?.read !== undefined;
  return true;
}

function slotsOf(action: Action): Slot[] {
  const bare = (path: Path, value: string | undefined, allowed: readonly Variable[]): Slot[] => [
    { path, value, bare: true, allowed },
  ];
  const { find, undo } = action;
  return [
    ...bare(['account'], action.account, ['input']),
    ...bare(['impact'], action.impact, ['input']),
    { path: ['summary'], value: action.summary, bare: false, allowed: INPUT },
    ...requestSlots(['before'], action.before, INPUT),
    ...action.require.flatMap(({ that, otherwise }, index): Slot[] => [
      ...bare(['require', index, 'that'], that, JUDGED),
      { path: ['require', index, 'else'], value: otherwise, bare: false, allowed: JUDGED },
    ]),
    ...bare(['unchanged'], action.unchanged, JUDGED),
    ...requestSlots(['do'], action.request, SENT),
    ...requestSlots(['after'], action.after, DONE),
    ...requestSlots(['find'], find?.request, SENT),
    ...bare(['find', 'happened'], find?.happened, FOUND),
    ...bare(['find', 'absent'], find?.absent, FOUND),
    ...requestSlots(['undo', 'read'], undo?.read, UNDOING),
    ...bare(['undo', 'only_if'], undo?.onlyIf, [...UNDOING, 'now']),
    ...requestSlots(['undo', 'do'], undo?.request, UNDOING),
  ];
}

/** A drill counts its writes, and plays somebody else's hand on what they left. */
function drillSlots({ sandbox, actions }: System): Slot[] {
  const reset = requestSlots(['connector', 'sandbox', 'reset'], sandbox?.reset, []);
  const drilled = Object.entries(sandbox?.drill ?? {}).flatMap(([id, { input, edit }]) => {
    const at = ['connector', 'sandbox', 'drill', id];
    const action = actions[id];
    const known = UNDOING.filter((each) => action === undefined || isRead(each, action));
    const leaves = leavesOf(input, [...at, 'input']);
    return [
      ...leaves.map((leaf): Slot => ({ ...leaf, bare: false, allowed: ['n'] })),
      ...requestSlots([...at, 'edit'], edit, known),
    ];
  });
  return [...reset, ...drilled];
}

function requestSlots(
  path: Path,
  request: RequestTemplate | undefined,
  allowed: readonly Variable[],
): Slot[] {
  if (!request) return [];
  return placesOf(request).flatMap(([key, value]) =>
    leavesOf(value, [...path, key]).map((leaf) => ({ ...leaf, bare: false, allowed })),
  );
}

/** The parts of a request that hold expressions, by the key that they stand under. */
function placesOf(request: RequestTemplate): [string, Json | undefined][] {
  if ('method' in request)
    return [
      [headOf(request), request.path],
      ['body', request.body],
    ];
  if ('tool' in request) return [['arguments', request.arguments]];
  return 'event' in request ? [['data', request.data]] : [['instructions', request.instructions]];
}

function leavesOf(value: Json | undefined, path: Path): { path: Path; value: Json }[] {
  if (typeof value === 'string') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, index) => leavesOf(each, [...path, index]));
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

/** The expressions of one place that are right; what is wrong is reported. */
function checkSlot(source: Source, slot: Slot): References[] {
  if (typeof slot.value !== 'string') return [];
  if (!slot.bare && slot.value.replace(/\$\{\{.*?\}\}/gs, '').includes('${{')) {
    source.report(slot.path, 'has a ${{ that is not closed');
  }
  const expressions = slot.bare ? [slot.value] : expressionsIn(slot.value);
  return expressions.flatMap((expression) => {
    try {
      checkExpression(expression);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      source.report(slot.path, `is no expression: ${error.message.split('\n', 1)[0]}`);
      return [];
    }
    const references = referencesOf(expression);
    for (const variable of references.variables) {
      if (slot.allowed.some((each) => each === variable)) continue;
      source.report(
        slot.path,
        `uses ${variable}, which is not known here; known ${slot.allowed.length > 0 ? `are ${slot.allowed.join(', ')}` : 'is nothing'}`,
      );
    }
    return [references];
  });
}

/** An input that only picks the tier would let an agent choose who decides. */
function checkReach(source: Source, action: Action, used: ReadonlyMap<string, References[]>): void {
  const inputsOf = (key: string) => new Set((used.get(key) ?? []).flatMap((each) => [...each.inputs]));
  const uses = ['do', 'require'].flatMap((key) => used.get(key) ?? []);
  const reached = new Set(uses.flatMap((each) => [...each.inputs]));
  if (uses.some((each) => each.variables.has('account')))
    for (const each of inputsOf('account')) reached.add(each);
  for (const key of ['account', 'impact']) {
    for (const input of inputsOf(key)) {
      if (reached.has(input) || reached.has('*')) continue;
      const what = input === '*' ? 'the whole input' : `input.${input}`;
      source.report(['actions', action.id, key], `is picked by ${what}, which never reaches do or require`);
    }
  }
}

/** A loop over a list of any length is not run when it comes to it (`domain/loops.ts`): better known when the manifest is written. */
function checkLoops(source: Source, action: Action): void {
  for (const { path, value, bare } of slotsOf(action)) {
    if (typeof value !== 'string') continue;
    const lists = (bare ? [value] : expressionsIn(value)).filter(isRight).flatMap(loopsOver);
    for (const list of lists) {
      const most = listAt(action.input, list);
      if (most === undefined || most <= LOOP.items) continue;
      const at = ['actions', action.id, ...path];
      const length = Number.isFinite(most) ? `may have ${most} items` : 'has no maxItems';
      source.report(
        at,
        `goes through input.${list.join('.')}, which ${length}: over more than ${LOOP.items} it is not run, and what it decides fails closed`,
        'warning',
      );
    }
  }
}

function isRight(expression: string): boolean {
  try {
    checkExpression(expression);
    return true;
  } catch {
    return false; // Reported by then.
  }
}

/** How many items a list of the input may have; undefined: the schema says of no list there. */
function listAt(schema: Json, path: readonly string[]): number | undefined {
  let at: Json | undefined = schema;
  for (const name of path) {
    const fields: Json | undefined = isObject(at) ? at.properties : undefined;
    at = isObject(fields) && Object.hasOwn(fields, name) ? fields[name] : undefined;
  }
  if (!isObject(at) || at.type !== 'array') return undefined;
  return typeof at.maxItems === 'number' ? at.maxItems : Number.POSITIVE_INFINITY;
}
