/** What goes through a list or a map item by item, at most one inside no other (`checkExpression`). */
export const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * What one loop may take. A step may compare or measure all there is, so that items times the rest is what counts: at this bound the
 * worst took a tenth of a second, and what a proposal commonly holds far below 10 ms. Without it 16,000 items took four seconds.
 */
export const LOOP = { items: 1_000, steps: 4_000_000 } as const;

/** Too much to go through; the message says how much it was and what to do. */
export class TooLongToLoop extends Error {}

export interface Loops {
  readonly any: boolean;
  /** It makes a list of a text, as long as the text. */
  readonly splits: boolean;
  /** The lists of the input that it goes through, each the path to it: `[['lines']]`. */
  readonly over: readonly (readonly string[])[];
}

/** What an expression goes through; of its syntax tree. */
export function loopsIn(ast: unknown): Loops {
  const over: string[][] = [];
  let any = false;
  let splits = false;
  visit(ast, (name, receiver) => {
    if (name === 'split') splits = true;
    if (!MACROS.has(name)) return;
    any = true;
    const [variable, ...path] = pathOf(receiver) ?? [];
    if (variable === 'input') over.push(path);
  });
  return { any, splits, over };
}

function visit(node: unknown, found: (name: string, receiver: unknown) => void): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, found);
    return;
  }
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return;
  const { op, args } = node;
  if (op === 'rcall' && Array.isArray(args)) found(String(args[0]), args[1]);
  visit(args, found);
}

/** `input.a['lines']` is input, a, lines; undefined for what is made as it runs. */
function pathOf(node: unknown): string[] | undefined {
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return undefined;
  const { op, args } = node;
  if (op === 'id') return typeof args === 'string' ? [args] : undefined;
  if ((op !== '.' && op !== '[]') || !Array.isArray(args)) return undefined;
  const [of, key]: unknown[] = args;
  const owner = pathOf(of);
  const field = typeof key === 'string' ? key : literalOf(key);
  return owner && field !== undefined ? [...owner, field] : undefined;
}

function literalOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('op' in node) || !('args' in node)) return undefined;
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** Throws {@link TooLongToLoop} before a loop over these values is begun. The same for the same values, however fast the machine is. */
export function holdLoop({ splits }: Pick<Loops, 'splits'>, values: unknown): void {
  const { longest, values: most, text } = weigh(values);
  const items = splits ? Math.max(longest, text) : longest;
  if (items > LOOP.items)
    throw new TooLongToLoop(
      `a loop over ${items} items is not run, ${LOOP.items} at most: give what it goes through a maxItems`,
    );
  if (items * Math.max(most, text) > LOOP.steps)
    throw new TooLongToLoop(
      `a loop over ${items} items is not run beside ${most} values and a text of ${text} characters: give the list a maxItems, or the text a maxLength`,
    );
}

interface Weight {
  /** Items of the longest list, or fields of the widest map. */
  readonly longest: number;
  /** Values, at any depth. */
  readonly values: number;
  /** Characters of the longest text. */
  readonly text: number;
}

function weigh(value: unknown): Weight {
  if (typeof value === 'string') return { longest: 0, values: 1, text: value.length };
  if (typeof value !== 'object' || value === null) return { longest: 0, values: 1, text: 0 };
  const parts = Array.isArray(value) ? value : Object.values(value);
  let [longest, values, text] = [parts.length, 1, 0];
  for (const part of parts) {
    const weight = weigh(part);
    longest = Math.max(longest, weight.longest);
    values += weight.values;
    text = Math.max(text, weight.text);
  }
  return { longest, values, text };
}
