import { createHash } from 'node:crypto';
import type { Drill } from './drill.ts';
import { canonicalText, type Json, type JsonObject } from './json.ts';
import type { Manifests, System } from './manifest.ts';
import type { Proposal } from './proposal.ts';
import type { Rollback, RollbackItem } from './rollback.ts';

/** What became of one write of a drill, and why; each has exactly one. */
export interface DrillOutcome {
  readonly number: number;
  readonly account: string;
  readonly outcome: 'undone' | 'conflicted' | 'irreversible' | 'not_undone' | 'not_written';
  readonly why: string | null;
}

/** What was seen in the sandbox when all was over. */
export interface DrillSeen {
  /** Numbers of records that somebody had changed and that are not any more as that hand left them. */
  readonly overwritten: readonly number[];
  /** Numbers that count as undone while the record still is as our write left it. */
  readonly standing: readonly number[];
}

export interface DrillEnding {
  readonly drill: Drill;
  /** Undefined: the manifests in force have none of that name. */
  readonly system: System | undefined;
  readonly manifests: Manifests;
  readonly proposals: readonly Proposal[];
  /** Undefined: there was nothing to be planned, or it was not come to that. */
  readonly rollback: Rollback | undefined;
  readonly seen: DrillSeen;
  readonly now: Date;
  /** What ended it early; null: nothing. */
  readonly broke: string | null;
}

export interface DrillResult {
  readonly passed: boolean;
  readonly claims: JsonObject;
}

/** Names are cut here: a record is kept in one event. The hash is of all of them. */
const NAMED = 60;

/** The record of a drill: counts that add up to all of its writes, every one that was not undone with why, and what failed it. */
export function drillRecord(ending: DrillEnding): DrillResult {
  const { drill, system, manifests, rollback, seen, now } = ending;
  const outcomes = outcomesOf(ending);
  const count = (outcome: DrillOutcome['outcome']) =>
    outcomes.filter((each) => each.outcome === outcome).length;
  const failures = failuresOf(ending, outcomes);
  const rest = outcomes.filter(({ outcome }) => outcome !== 'undone');
  const claims: JsonObject = {
    sub: `drill ${drill.number}`,
    iat: Math.floor(now.getTime() / 1_000),
    organisation: manifests.organisation.name,
    system: drill.system,
    sandbox: system ? addressOf(system) : null,
    connector: system ? connectorPrint(system) : null,
    policy: manifests.digest,
    ordered_by: { id: drill.by.id, name: drill.by.name },
    started_at: drill.startedAt.toISOString(),
    finished_at: now.toISOString(),
    seconds: Math.round((now.getTime() - drill.startedAt.getTime()) / 100) / 10,
    writes: drill.writes,
    undone: count('undone'),
    conflicted: count('conflicted'),
    irreversible: count('irreversible'),
    not_undone: count('not_undone'),
    not_written: count('not_written'),
    edits_by_others: drill.edits.length,
    overwritten: seen.overwritten.length,
    crashes: drill.crashed.length,
    rollback: rollback?.number ?? null,
    passed: failures.length === 0,
    failures,
    named: rest.slice(0, NAMED).map((each): Json => ({ ...each })),
    outcomes: sha256(canonicalText(outcomes.map((each): Json => ({ ...each })))),
  };
  return { passed: failures.length === 0, claims };
}

function outcomesOf({ proposals, rollback }: DrillEnding): DrillOutcome[] {
  const items = new Map(rollback?.items.map((item) => [item.proposal, item]));
  return proposals.map((proposal) => {
    const { number, account } = proposal;
    const item = items.get(proposal.id);
    return { number, account, ...(item ? outcomeOf(item) : unwritten(proposal)) };
  });
}

function outcomeOf({ state, class: is, why }: RollbackItem): Pick<DrillOutcome, 'outcome' | 'why'> {
  if (state === 'undone') return { outcome: 'undone', why: null };
  if (state === 'conflict' || is === 'changed') return { outcome: 'conflicted', why };
  if (is === 'irreversible') return { outcome: 'irreversible', why };
  return { outcome: 'not_undone', why: why ?? state };
}

function unwritten({ state, blocked, execution }: Proposal): Pick<DrillOutcome, 'outcome' | 'why'> {
  return { outcome: 'not_written', why: blocked ?? execution?.error ?? `it is ${state.replace('_', ' ')}` };
}

function failuresOf(
  { drill, rollback, seen, broke }: DrillEnding,
  outcomes: readonly DrillOutcome[],
): string[] {
  const count = (outcome: DrillOutcome['outcome']) =>
    outcomes.filter((each) => each.outcome === outcome).length;
  const found: [number, string][] = [
    [drill.writes - outcomes.length, 'writes that are not accounted for'],
    [count('not_written'), 'writes that were not done'],
    [count('not_undone'), 'writes that should have been undone and were not'],
    [seen.overwritten.length, 'overwritten records that somebody had changed'],
    [seen.standing.length, 'writes that count as undone and still stand'],
    [Math.abs(drill.edits.length - count('conflicted')), 'conflicts more or fewer than edits by others'],
  ];
  return [
    ...(broke === null ? [] : [broke]),
    ...found.flatMap(([number, words]) => (number === 0 ? [] : [`${words}: ${number}`])),
    ...(rollback?.state === 'done'
      ? []
      : [`the rollback ${rollback ? `is ${rollback.state}` : 'was not come to'}`]),
  ];
}

function addressOf({ sandbox }: System): string | null {
  const connector = sandbox?.system.connector;
  if (connector?.type === 'http') return connector.baseUrl;
  return connector?.type === 'mcp' && 'url' in connector ? connector.url : null;
}

/** What a drill is a proof of: how the connector writes and undoes. Another address or credential is the same connector. */
export function connectorPrint({ connector, write, actions }: System): string {
  const idempotency = connector.type === 'http' ? (connector.idempotencyHeader ?? null) : null;
  const parts = {
    type: connector.type,
    idempotency,
    write,
    actions: Object.values(actions).map(({ id, request, after, find, undo }) => ({
      ...{ id, request, after: after ?? null, find: find ?? null, undo: undo ?? null },
    })),
  };
  return sha256(canonicalText(JSON.parse(JSON.stringify(parts)) as Json));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}
