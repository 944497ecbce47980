import type { Manifests, Organisation, Tier, Workflow } from '../domain/manifest.ts';
import { exponentOf } from '../domain/money.ts';
import { checkActions } from './check-actions.ts';
import { checkConnectors } from './check-connectors.ts';
import { checkEscalation } from './check-escalation.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkFields } from './check-fields.ts';
import { checkNames } from './check-names.ts';
import { checkPeople } from './check-people.ts';
import { checkSandboxes } from './check-sandboxes.ts';
import { checkSecretsOnce } from './check-secrets.ts';
import { checkTiers } from './check-tiers.ts';
import { digestOf } from './digest.ts';
import { type Draft, type Drafts, readDrafts } from './drafts.ts';
import { inOrder, type Problem } from './problem.ts';
import type { Env } from './substitute.ts';
import type { AllowanceDraft, TierDraft, WorkflowDraft } from './workflow-schema.ts';

export type Loaded =
  | { readonly ok: true; readonly manifests: Manifests; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const CHECKS = [
  checkNames,
  checkPeople,
  checkTiers,
  checkEscalation,
  checkSecretsOnce,
  checkConnectors,
  checkSandboxes,
  checkActions,
  checkExpressions,
  checkFields,
];

/** Checks manifests by file name (`systems/billing.yml`) and text; all problems at once, in the order of the files. */
export function parseManifests(files: Readonly<Record<string, string>>, env: Env): Loaded {
  const drafts = readDrafts(files, env);
  for (const check of CHECKS) check(drafts);
  const problems = inOrder([...missing(files), ...drafts.sources.flatMap((source) => source.problems)]);
  const organisation = drafts.org[0]?.value;
  if (organisation === undefined || problems.some(({ level }) => level === 'error'))
    return { ok: false, problems };
  return { ok: true, manifests: freeze(build(files, organisation, drafts)), warnings: problems };
}

function missing(files: Readonly<Record<string, string>>): Problem[] {
  if (Object.hasOwn(files, 'org.yml')) return [];
  return [{ file: 'org.yml', line: 1, column: 1, path: '', message: 'is missing', level: 'error' }];
}

function build(
  files: Readonly<Record<string, string>>,
  organisation: Organisation,
  drafts: Drafts,
): Manifests {
  const systems = drafts.systems.map(({ value, source }) => {
    const actions = lookup(Object.entries(value.actions));
    const { sandbox } = value;
    const doubled = sandbox && {
      ...sandbox,
      system: { ...sandbox.system, actions },
      drill: lookup(Object.entries(sandbox.drill)),
    };
    return { source, value: { ...value, actions, sandbox: doubled } };
  });
  const workflows = drafts.workflows.map(({ value, source }) => {
    return { source, value: workflowOf(value, organisation.currency) };
  });
  return {
    digest: digestOf(files),
    files: lookup(Object.entries(files)),
    organisation,
    systems: byId(systems),
    agents: byId(drafts.agents),
    workflows: byId(workflows),
  };
}

function workflowOf(draft: WorkflowDraft, currency: string): Workflow {
  const digits = exponentOf(currency);
  const minor = (found: AllowanceDraft | undefined) =>
    found && { minor: found.amount.toMinor(digits), withinMs: found.withinMs };
  const { budget } = draft;
  return {
    ...draft,
    budget: budget && { perAccount: minor(budget.perAccount), perAgent: minor(budget.perAgent) },
    tiers: draft.tiers.map((tier) => tierOf(tier, digits)),
  };
}

function tierOf({ below, upTo, ...tier }: TierDraft, digits: number): Tier {
  return { ...tier, below: below?.toMinor(digits), upTo: upTo?.toMinor(digits) };
}

function byId<T extends { readonly id: string }>(drafts: readonly Draft<T>[]): Readonly<Record<string, T>> {
  return lookup(drafts.map(({ value }) => [value.id, value]));
}

/** Without a prototype: agents ask for names, and `constructor` must not be found. */
function lookup<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const found: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) found[key] = value;
  return found;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const each of Object.values(value)) freeze(each);
  }
  return value;
}
