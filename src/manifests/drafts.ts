import { isObject, type Json } from '../domain/json.ts';
import type { Agent, Organisation, System } from '../domain/manifest.ts';
import { type Kind, kindOf } from './kind.ts';
import { SCHEMAS } from './schemas.ts';
import { Source } from './source.ts';
import { checkStructure } from './structure.ts';
import type { Env } from './substitute.ts';
import type { WorkflowDraft } from './workflow-schema.ts';

/** A manifest that is well-formed by itself. */
export interface Draft<T> {
  readonly source: Source;
  readonly value: T;
}

/** All manifests of a directory before they are checked against each other. */
export interface Drafts {
  readonly sources: Source[];
  readonly org: Draft<Organisation>[];
  readonly systems: Draft<System>[];
  readonly agents: Draft<Agent>[];
  readonly workflows: Draft<WorkflowDraft>[];
  /** What every file calls its manifest and its actions, also where the rest of the file is wrong. */
  readonly named: { source: Source; kind: Kind; name: string; actions: string[] }[];
}

export function readDrafts(files: Readonly<Record<string, string>>, env: Env): Drafts {
  const names = Object.keys(files).toSorted();
  const sources = names.map((file) => new Source(file, files[file] ?? ''));
  const drafts: Drafts = { sources, org: [], systems: [], agents: [], workflows: [], named: [] };
  const secrets = new Set(sources.flatMap((source) => source.secretNames()));
  for (const source of sources) {
    const kind = kindOf(source.file);
    if (kind === undefined)
      source.report([], 'is no manifest: org.yml, systems/*.yml, agents/*.yml and workflows/*.yml are');
    else readDraft(drafts, source, kind, source.read(env, secrets));
  }
  return drafts;
}

function readDraft(drafts: Drafts, source: Source, kind: Kind, manifest: Json | undefined): void {
  if (manifest === undefined) return;
  if (!isObject(manifest)) {
    source.report([], 'must be a map of keys');
    return;
  }
  const name = manifest[kind];
  const actions = kind === 'system' && isObject(manifest.actions) ? Object.keys(manifest.actions) : [];
  if (typeof name === 'string') drafts.named.push({ source, kind, name, actions });
  keep(drafts, source, kind, manifest);
}

function keep(drafts: Drafts, source: Source, kind: Kind, manifest: Json): void {
  switch (kind) {
    case 'org':
      add(drafts.org, source, checkStructure(SCHEMAS.org, kind, source, manifest));
      break;
    case 'system':
      add(drafts.systems, source, checkStructure(SCHEMAS.system, kind, source, manifest));
      break;
    case 'agent':
      add(drafts.agents, source, checkStructure(SCHEMAS.agent, kind, source, manifest));
      break;
    case 'workflow':
      add(drafts.workflows, source, checkStructure(SCHEMAS.workflow, kind, source, manifest));
      break;
    default:
      kind satisfies never;
  }
}

function add<T>(list: Draft<T>[], source: Source, value: T | undefined): void {
  if (value !== undefined) list.push({ source, value });
}
