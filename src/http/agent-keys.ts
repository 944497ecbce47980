import { createSecretKey, hash, type KeyObject } from 'node:crypto';
import { signingBytes } from '../domain/agent-key.ts';
import type { Agent, Manifests, SecretRef } from '../domain/manifest.ts';
import { EXIT, Stop } from '../errors.ts';

export interface AgentKey {
  readonly agent: Agent;
  /** SHA-256 of the whole key: what a bearer is compared by, so that neither length nor content shows in time. */
  readonly bearer: Buffer;
  /** What a signature is made with: made a key once, since that takes longer than a signature. */
  readonly signing: KeyObject;
}

/** Reads every agent's keys, once. Throws a {@link Stop} for one that can't be used, without its value. */
export function readAgentKeys(manifests: Manifests, secretOf: (ref: SecretRef) => string): AgentKey[] {
  const keys = Object.values(manifests.agents).flatMap((agent) =>
    agent.keys.map((ref): AgentKey => {
      const key = secretOf(ref);
      return { agent, bearer: sha256(key), signing: createSecretKey(bytesOf(key, agent)) };
    }),
  );
  for (const [index, key] of keys.entries()) {
    const same = keys.slice(0, index).find((each) => each.bearer.equals(key.bearer));
    if (same && same.agent !== key.agent)
      throw new Stop(
        EXIT.configuration,
        `the agents ${same.agent.id} and ${key.agent.id} have the same key: give each its own (countersign keygen)`,
      );
  }
  return keys;
}

export function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function bytesOf(key: string, agent: Agent): Buffer {
  const bytes = signingBytes(key);
  if (!bytes)
    throw new Stop(
      EXIT.configuration,
      `the key of the agent ${agent.id} begins with whsec_ but no base64 follows: make one with countersign keygen`,
    );
  return bytes;
}
