import { parse } from '@marcbachmann/cel-js';
import { VARIABLES } from './expression.ts';

export interface References {
  /** The variables of the contract that it uses. */
  readonly variables: ReadonlySet<string>;
  /** The fields of `input` that it uses; `*` where it takes the whole input or picks a field as it runs. */
  readonly inputs: ReadonlySet<string>;
  /** Those of any variable: the name of a field, or `*`. */
  readonly fields: ReadonlySet<string>;
}

const NAMES: ReadonlySet<string> = new Set(VARIABLES);
const RECORDS: ReadonlySet<string> = new Set(['input', 'before', 'now', 'after', 'result']);

/** What an expression that {@link checkExpression} has passed reads. */
export function referencesOf(source: string): References {
  const variables = new Set<string>();
  const inputs = new Set<string>();
  const fields = new Set<string>();
  visit(parse(source).ast, (name, field) => {
    if (NAMES.has(name)) variables.add(name);
    if (RECORDS.has(name)) fields.add(field ?? '*');
    if (name === 'input') inputs.add(field ?? '*');
  });
  return { variables, inputs, fields };
}

type Found = (name: string, field: string | undefined) => void;

function visit(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, found);
    return;
  }
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return;
  const { op, args } = node;
  const name = nameOf(node);
  if (name !== undefined) {
    found(name, undefined);
    return;
  }
  if ((op === '.' || op === '.?' || op === '[]') && Array.isArray(args)) {
    const [of, key]: unknown[] = args;
    const owner = nameOf(of);
    const field = typeof key === 'string' ? key : literalOf(key);
    if (owner !== undefined && field !== undefined) {
      found(owner, field);
      return;
    }
  }
  visit(args, found);
}

function nameOf(node: unknown): string | undefined {
  return argsOf(node, 'id');
}

function literalOf(node: unknown): string | undefined {
  return argsOf(node, 'value');
}

function argsOf(node: unknown, op: string): string | undefined {
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return undefined;
  return node.op === op && typeof node.args === 'string' ? node.args : undefined;
}
