import type { Finding } from './audit-finding.ts';
import { judgeSignature, type SignedCheckpoint } from './checkpoint.ts';
import { growTree } from './merkle.ts';
import type { VerifyingKey } from './signing-key.ts';

interface ChainedSeal {
  readonly id: number;
  readonly from: string;
  readonly upto: string;
  readonly size: number;
  readonly leaves: Buffer;
  readonly root: Buffer;
}

export interface FollowedLog {
  readonly size: number;
  /** Of everything so far. */
  root(): Buffer;
  follow(seal: ChainedSeal): Finding[];
  /** Those heads that are of a longer log than this. */
  end(): Finding[];
}

/**
 * Grows the tree anew from the leaves of one seal after the other, and compares it with every head that was signed, at the very
 * size that it was signed at: a head that fits proves everything before it.
 */
export function followLog(heads: readonly SignedCheckpoint[]): FollowedLog {
  const tree = growTree();
  const waiting = heads.toSorted((a, b) => a.size - b.size);
  let last: ChainedSeal | undefined;
  let lastGood = { size: 0, seal: 0 };
  let hasDiffered = false;

  function compareHeads(seal: number): Finding[] {
    const found: Finding[] = [];
    for (let head = waiting[0]; head && head.size <= tree.size; head = waiting[0]) {
      waiting.shift();
      if (tree.root().equals(head.root)) lastGood = { size: head.size, seal };
      else if (!hasDiffered) {
        hasDiffered = true;
        found.push(headDiffers(head, lastGood, seal));
      }
    }
    return found;
  }

  return {
    get size() {
      return tree.size;
    },
    root: tree.root,
    follow(seal) {
      const found = chainProblem(last, seal);
      last = seal;
      const heads: Finding[] = [];
      for (let offset = 0; offset < seal.leaves.length; offset += 32) {
        tree.append(seal.leaves.subarray(offset, offset + 32));
        if ((waiting[0]?.size ?? Number.POSITIVE_INFINITY) <= tree.size) heads.push(...compareHeads(seal.id));
      }
      const broken =
        found.length === 0 && !hasDiffered && !tree.root().equals(seal.root)
          ? [brokenSeal(seal.id, `the root of seal ${seal.id} is not that of its leaves`)]
          : [];
      return [...found, ...heads, ...broken];
    },
    end() {
      const longest = waiting.at(-1);
      if (!longest) return [];
      const says = `a head of ${longest.size} rows was signed, and the log has ${tree.size}: its end is gone, or an older state was put back`;
      return [{ kind: 'log_shorter', says, position: tree.size, ...(last ? { seal: last.id } : {}) }];
    },
  };
}

function chainProblem(last: ChainedSeal | undefined, seal: ChainedSeal): Finding[] {
  const expected = (last?.id ?? 0) + 1;
  const count = seal.leaves.length / 32;
  if (seal.id > expected) {
    const gone =
      seal.id - 1 === expected ? `seal ${expected} is gone` : `seals ${expected} to ${seal.id - 1} are gone`;
    return [brokenSeal(expected, gone)];
  }
  if (last && last.upto !== seal.from)
    return [brokenSeal(seal.id, `seal ${seal.id} does not begin where the one before it ended`)];
  if (seal.size !== (last?.size ?? 0) + count)
    return [brokenSeal(seal.id, `seal ${seal.id} does not hold as many leaves as it counts`)];
  return [];
}

function brokenSeal(seal: number, says: string): Finding {
  return { kind: 'seal_broken', says, seal };
}

function headDiffers(head: SignedCheckpoint, good: { size: number; seal: number }, seal: number): Finding {
  const first = good.seal + 1;
  const where = first >= seal ? `seal ${seal}` : `seals ${first} to ${seal}`;
  return {
    kind: 'head_differs',
    says: `the log is not the one whose head of ${head.size} rows was signed: rows ${good.size} to ${head.size - 1} (${where}) were rewritten`,
    seal: Math.min(first, seal),
    position: good.size,
  };
}

/** The heads that count, and what is wrong with the others. */
export function judgeHeads(
  heads: readonly SignedCheckpoint[],
  origin: string,
  keys: readonly VerifyingKey[],
): { readonly good: SignedCheckpoint[]; readonly findings: Finding[] } {
  const good: SignedCheckpoint[] = [];
  const findings: Finding[] = [];
  for (const head of heads) {
    const named = `the head of ${head.size} rows`;
    const judgement = judgeSignature(head, keys);
    if (head.origin !== origin)
      findings.push({ kind: 'other_log', says: `${named} is of another log: ${head.origin}` });
    else if (judgement === 'signed') good.push(head);
    else {
      const says =
        judgement === 'forged'
          ? `${named} bears a signature that is not of its key`
          : `${named} is signed by no known key`;
      findings.push({ kind: 'signature', says, position: head.size });
    }
  }
  return { good, findings };
}
