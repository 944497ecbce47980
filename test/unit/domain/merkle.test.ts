import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProver, growTree, leafHash, nodeHash } from '../../../src/domain/merkle.ts';

/** The inputs and roots that Certificate Transparency's own tests use. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** By the definition of RFC 6962, word for word. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only && leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, n) => leafHash(Buffer.from(String(n))));

describe('the tree', () => {
  it('has the roots of Certificate Transparency', () => {
    const tree = growTree();
    const roots = INPUTS.map((input) => {
      tree.append(leafHash(Buffer.from(input, 'hex')));
      return tree.root().toString('hex');
    });
    expect(roots).toEqual(ROOTS);
  });

  it('proves any leaf of any size by hashes that lead to its root', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (size, any) => {
        const position = any % size;
        const leaves = leavesOf(size);
        const prover = createProver([position], size);
        for (const leaf of leaves) prover.append(leaf);
        expect(prover.root()).toEqual(rootOf(leaves));
        expect(climb(leaves[position] ?? Buffer.alloc(0), position, size, prover.proof(position))).toEqual(
          rootOf(leaves),
        );
      }),
    );
  });
});

/** Folds a proof from the root's side: at each split the leaf is in the left or the right part. */
function climb(leaf: Buffer, position: number, size: number, proof: readonly Buffer[]): Buffer {
  if (size === 1) return leaf;
  let split = 1;
  while (split * 2 < size) split *= 2;
  const other = proof.at(-1) ?? Buffer.alloc(32);
  const rest = proof.slice(0, -1);
  return position < split
    ? nodeHash(climb(leaf, position, split, rest), other)
    : nodeHash(other, climb(leaf, position - split, size - split, rest));
}
