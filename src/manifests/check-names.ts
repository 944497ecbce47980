import type { Drafts } from './drafts.ts';
import { hint } from './hint.ts';
import type { Source } from './source.ts';

/** One name space for what people type after a command; every action in exactly one workflow. */
export function checkNames(drafts: Drafts): void {
  checkTwice(drafts);
  const actions = drafts.named.flatMap(({ name, actions }) => actions.map((action) => `${name}.${action}`));
  for (const { source, value } of drafts.agents) checkKnown(source, 'may', value.may, actions);
  const workflowOf = new Map<string, string>();
  for (const { source, value } of drafts.workflows) {
    checkKnown(source, 'actions', value.actions, actions);
    for (const [index, action] of value.actions.entries()) {
      const other = workflowOf.get(action);
      if (other !== undefined)
        source.report(['actions', index], `is in two workflows, this one and ${other}`);
      workflowOf.set(action, value.id);
    }
  }
  // A workflow that does not load may hold the action: then that is the error to mend.
  const allLoaded = drafts.named.filter(({ kind }) => kind === 'workflow').length === drafts.workflows.length;
  for (const { source, name, actions } of allLoaded ? drafts.named : []) {
    for (const action of actions) {
      if (workflowOf.has(`${name}.${action}`)) continue;
      source.report(['actions', action], 'is in no workflow: nobody could decide it', 'error', 'key');
    }
  }
}

function checkTwice({ named }: Drafts): void {
  const firstOf = new Map<string, Source>();
  for (const { source, kind, name } of named) {
    if (kind === 'org') continue;
    const first = firstOf.get(name);
    if (first)
      source.report(
        [kind],
        `is a name that ${first.file} has already: agents, systems and workflows share one name space`,
      );
    else firstOf.set(name, source);
  }
}

function checkKnown(source: Source, key: string, names: readonly string[], known: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!known.includes(name)) source.report([key, index], `names no action${hint(name, known)}`);
    if (names.indexOf(name) < index) source.report([key, index], 'stands twice');
  }
}
