import { signingBytes } from '../domain/agent-key.ts';
import { describeWho, type Manifests, type SecretRef } from '../domain/manifest.ts';
import { type Drafts, readDrafts } from './drafts.ts';
import { inOrder, type Path, type Problem } from './problem.ts';
import { nameOf, readSecret } from './secrets.ts';
import type { Source } from './source.ts';
import type { Env } from './substitute.ts';

interface Holder {
  readonly source: Source;
  readonly name: string;
  readonly path: Path;
  readonly refs: readonly SecretRef[];
  /** Only who writes needs it. */
  readonly ofWriter: boolean;
  /** Whoever has it is let in at our own door: it is ours to make, and long enough that nobody can guess it. */
  readonly opensOurs: boolean;
}

/** What countersign keygen makes. */
const KEY_BYTES = 32;

function holdersOf(drafts: Drafts): Holder[] {
  return [
    ...drafts.systems.map(({ source, value }): Holder => {
      return {
        source,
        name: `system ${value.id}`,
        path: ['credential', 'secret'],
        refs: value.credential?.secrets ?? [],
        // A system that collects proves itself with it, at the door.
        ofWriter: value.connector.type !== 'queue',
        opensOurs: value.connector.type === 'queue',
      };
    }),
    ...drafts.org.flatMap(({ source, value }) =>
      value.cli.map(({ person, keys }, index): Holder => {
        return {
          source,
          name: describeWho(person),
          path: ['cli', index, 'key'],
          refs: keys,
          ofWriter: false,
          opensOurs: true,
        };
      }),
    ),
    ...drafts.systems.flatMap(({ source, value }): Holder[] => {
      const path = ['connector', 'sandbox', 'credential', 'secret'];
      const refs = value.sandbox?.system.credential?.secrets;
      return refs
        ? [{ source, name: `the sandbox of ${value.id}`, path, refs, ofWriter: true, opensOurs: false }]
        : [];
    }),
    ...drafts.agents.map(({ source, value }): Holder => {
      return {
        source,
        name: `agent ${value.id}`,
        path: ['key', 'secret'],
        refs: value.keys,
        ofWriter: false,
        opensOurs: true,
      };
    }),
  ];
}

/** One pager may take the events of several systems. */
function pagersOf(drafts: Drafts): Holder[] {
  return drafts.systems.flatMap(({ source, value }): Holder[] => {
    const key = value.pager?.key;
    const path = ['on_call', 'webhook', 'key'];
    return key
      ? [{ source, name: `pager of ${value.id}`, path, refs: [key], ofWriter: false, opensOurs: false }]
      : [];
  });
}

function pathOf({ path, refs }: Holder, index: number): Path {
  return refs.length > 1 ? [...path, index] : path;
}

/** A secret opens one door only: who holds two systems' secret holds both, and two agents with one key can't be told apart. */
export function checkSecretsOnce(drafts: Drafts): void {
  const known = new Map<string, string>();
  for (const holder of holdersOf(drafts)) {
    for (const [index, ref] of holder.refs.entries()) {
      const other = known.get(nameOf(ref));
      if (other === undefined) known.set(nameOf(ref), holder.name);
      else holder.source.report(pathOf(holder, index), `is the secret of ${other} already: each has its own`);
    }
  }
}

/** Who needs to hold which secrets: everything in one process, the doors alone, or who writes. */
export type Holding = 'all' | 'gate' | 'writer';

/** Tries to read the secrets that the manifests name: lint warns of one that is missing, a server does not start. */
export function checkSecrets(manifests: Manifests, env: Env, holding: Holding = 'all'): Problem[] {
  const drafts = readDrafts(manifests.files, env);
  for (const holder of [...holdersOf(drafts), ...pagersOf(drafts)]) {
    if (holding !== 'all' && holder.ofWriter !== (holding === 'writer')) continue;
    for (const [index, ref] of holder.refs.entries()) {
      const read = readSecret(ref, env);
      const problem = read.ok ? holder.opensOurs && whyGuessable(ref, read.value) : read.message;
      if (problem) holder.source.report(pathOf(holder, index), problem);
    }
  }
  return inOrder(drafts.sources.flatMap((source) => source.problems));
}

function whyGuessable(ref: SecretRef, key: string): string | undefined {
  const bytes = signingBytes(key)?.length ?? 0;
  return bytes < KEY_BYTES
    ? `${nameOf(ref)} is a key of ${bytes} bytes, and ${KEY_BYTES} are needed: make one with countersign keygen`
    : undefined;
}

/** The secrets of writers that can be read here all the same: a gate is better off without them. */
export function writersSecretsHeld(manifests: Manifests, env: Env): string[] {
  const holders = holdersOf(readDrafts(manifests.files, env)).filter(({ ofWriter }) => ofWriter);
  return holders.flatMap(({ refs }) => refs.filter((ref) => readSecret(ref, env).ok).map(nameOf));
}
