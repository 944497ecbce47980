import { hash } from 'node:crypto';

/** The tree of RFC 6962: leaves and nodes are hashed apart, so that neither can be shown as the other. */
export function leafHash(row: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(row.length + 1);
  bytes[0] = 0;
  bytes.set(row, 1);
  return hash('sha256', bytes, 'buffer');
}

/** Filled anew for each node: hashing is most of what a verification does. */
const pair = Buffer.alloc(65, 1);

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 33);
  return hash('sha256', pair, 'buffer');
}

export interface Tree {
  readonly size: number;
  append(leaf: Buffer): void;
  root(): Buffer;
}

/** Grows by one leaf at a time and holds no more than one hash a level. `onNode` sees every perfect subtree as it is complete. */
export function growTree(onNode?: (level: number, index: number, hash: Buffer) => void): Tree {
  const frontier: Buffer[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    append(leaf) {
      let node = leaf;
      let index = size;
      onNode?.(0, index, node);
      for (let level = 1; index % 2 === 1; level += 1) {
        node = nodeHash(frontier.pop() ?? node, node);
        index = (index - 1) / 2;
        onNode?.(level, index, node);
      }
      frontier.push(node);
      size += 1;
    },
    root() {
      return frontier.length === 0
        ? hash('sha256', '', 'buffer')
        : frontier.reduceRight((right, left) => nodeHash(left, right));
    },
  };
}

interface Span {
  readonly from: number;
  readonly until: number;
}

/** What is hashed with the leaf at `position`, from the leaf to the root, in a tree of `size` leaves. */
function auditPath(position: number, { from, until }: Span): Span[] {
  if (until - from === 1) return [];
  const middle = from + largestPowerBelow(until - from);
  return position < middle
    ? [...auditPath(position, { from, until: middle }), { from: middle, until }]
    : [...auditPath(position, { from: middle, until }), { from, until: middle }];
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

function key(level: number, index: number): number {
  return level * 2 ** 45 + index;
}

/** The perfect subtrees that a span consists of. */
function perfectParts({ from, until }: Span): number[] {
  const count = until - from;
  const level = Math.log2(count);
  if (Number.isInteger(level)) return [key(level, from / count)];
  const middle = from + largestPowerBelow(count);
  return [...perfectParts({ from, until: middle }), ...perfectParts({ from: middle, until })];
}

export interface Prover {
  /** To be given all leaves of the tree, in order. */
  append(leaf: Buffer): void;
  /** The hashes that lead from a leaf to the root, once all leaves are there. */
  proof(position: number): Buffer[];
  root(): Buffer;
}

/** Proves in one pass that the leaves at `positions` are in the tree of `size` leaves. */
export function createProver(positions: readonly number[], size: number): Prover {
  const whole = { from: 0, until: size };
  const nodes = new Map<number, Buffer | undefined>();
  for (const position of positions) {
    for (const part of auditPath(position, whole).flatMap(perfectParts)) nodes.set(part, undefined);
  }
  const tree = growTree((level, index, node) => {
    if (nodes.has(key(level, index))) nodes.set(key(level, index), node);
  });
  function hashOf(span: Span): Buffer {
    return perfectParts(span)
      .map((part) => {
        const node = nodes.get(part);
        if (!node) throw new Error(`the tree has ${tree.size} leaves and not ${size}`);
        return node;
      })
      .reduceRight((right, left) => nodeHash(left, right));
  }
  return {
    append: tree.append,
    root: tree.root,
    proof: (position) => auditPath(position, whole).map(hashOf),
  };
}
