import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import { Decimal } from './decimal.ts';
import { holdLoop, type Loops, loopsIn, MACROS } from './loops.ts';

/** The names an expression may use (contract: "The variables are …"). */
export const VARIABLES = [
  'input',
  'before',
  'now',
  'after',
  'result',
  'status',
  'account',
  'proposal',
  'idempotency_key',
  'n',
] as const;
export type Variable = (typeof VARIABLES)[number];
export type Scope = Partial<Record<Variable, unknown>>;

/** An expression that is wrong as it stands, whatever it is applied to; the message has the place in it. */
export class ExpressionError extends Error {}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '==': (order) => order === 0,
};

function buildEnvironment(): Environment {
  const env = new Environment({ limits: { maxAstNodes: 500, maxDepth: 40 } });
  env.registerType('Decimal', { ctor: Decimal, fields: {} });
  env.registerFunction('decimal(string): Decimal', (text: string) => Decimal.parse(text));
  env.registerFunction('decimal(int): Decimal', (value: bigint) => Decimal.of(value));
  env.registerFunction('decimal(Decimal): Decimal', (value: Decimal) => value);
  env.registerFunction('abs(int): int', (value: bigint) => (value < 0n ? -value : value));
  env.registerFunction('abs(Decimal): Decimal', (value: Decimal) => value.abs());
  env.registerFunction('string(Decimal): string', (value: Decimal) => value.toString());
  env.registerOperator('Decimal + Decimal', (a: Decimal, b: Decimal) => a.plus(b));
  env.registerOperator('Decimal - Decimal', (a: Decimal, b: Decimal) => a.minus(b));
  env.registerOperator('Decimal * Decimal', (a: Decimal, b: Decimal) => a.times(b));
  env.registerOperator('int * Decimal', (a: bigint, b: Decimal) => Decimal.of(a).times(b));
  env.registerOperator('Decimal * int', (a: Decimal, b: bigint) => a.times(Decimal.of(b)));
  for (const [sign, holds] of Object.entries(COMPARISONS)) {
    env.registerOperator(`Decimal ${sign} Decimal`, (a: Decimal, b: Decimal) => holds(a.compare(b)));
  }
  for (const name of VARIABLES) env.registerVariable(name, 'dyn');
  return env;
}

const environment = buildEnvironment();
const parsed = new Map<string, { readonly run: ParseResult; readonly loops: Loops }>();

/**
 * Checks an expression when its manifest is loaded. Beyond syntax and types it refuses what could hold the process up:
 * `matches` (the library backtracks: 35 s on 29 characters) and macros inside macros (1.1 s three deep over 300 items).
 */
export function checkExpression(source: string): void {
  const { valid, error } = environment.check(source);
  if (!valid) throw new ExpressionError(error?.message ?? 'is not an expression');
  refuseSlow(environment.parse(source).ast, 0);
}

function refuseSlow(node: unknown, macros: number): void {
  if (Array.isArray(node)) {
    for (const each of node) refuseSlow(each, macros);
    return;
  }
  if (typeof node !== 'object' || node === null || !('args' in node)) return;
  const { op, args } = node as { op?: unknown; args: unknown };
  const name = (op === 'rcall' || op === 'call') && Array.isArray(args) ? String(args[0]) : '';
  if (name === 'matches')
    throw new ExpressionError('matches() is not offered: compare, or use startsWith() or contains()');
  const depth = op === 'rcall' && MACROS.has(name) ? macros + 1 : macros;
  if (depth > 1) throw new ExpressionError('a macro inside a macro is not offered: it can run for seconds');
  refuseSlow(args, depth);
}

/**
 * Evaluates a checked expression. Throws when a key is missing, types do not fit or a loop would be too long ({@link TooLongToLoop}); callers
 * fail closed.
 */
export function evaluate(source: string, scope: Scope): unknown {
  const { run, loops } = parse(source);
  if (loops.any) holdLoop(loops, scope);
  const context: Record<string, unknown> = {};
  for (const name of VARIABLES) if (name in scope) context[name] = toCel(scope[name]);
  return run(context);
}

function parse(source: string): { readonly run: ParseResult; readonly loops: Loops } {
  const known = parsed.get(source);
  if (known) return known;
  const run = environment.parse(source);
  const made = { run, loops: loopsIn(run.ast) };
  parsed.set(source, made);
  return made;
}

/** The lists of the input that an expression goes through item by item, each the path to it: `[['lines']]`. */
export function loopsOver(source: string): Loops['over'] {
  return parse(source).loops.over;
}

/** As {@link evaluate}, for conditions: only `true` holds. */
export function holds(source: string, scope: Scope): boolean {
  return evaluate(source, scope) === true;
}

/** CEL's integers are BigInts; a JSON number that is whole becomes one, so that `2 * input.seats` works. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toCel(each)]));
  }
  return value;
}

/** The way back: BigInts become numbers and decimals strings, as they stand in JSON. */
export function fromCel(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Decimal) return value.toString();
  if (Array.isArray(value)) return value.map(fromCel);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromCel(each)]));
  }
  return value;
}
