import { checkSecrets } from './check-secrets.ts';
import { loadManifests } from './load-manifests.ts';
import { inOrder, type Problem } from './problem.ts';
import type { Env } from './substitute.ts';

export interface Linted {
  readonly problems: readonly Problem[];
  /** One line: `2 errors and 1 warning`, or what was found to be right. */
  readonly summary: string;
}

/** Checks a directory on files alone: a secret that is not set here may be set where it is served, so it is a warning. */
export function lint(directory: string, env: Env): Linted {
  const loaded = loadManifests(directory, env);
  if (!loaded.ok) return { problems: loaded.problems, summary: countOf(loaded.problems) };
  const { systems, agents, workflows } = loaded.manifests;
  const unset = checkSecrets(loaded.manifests, env).map(
    (problem): Problem => ({ ...problem, level: 'warning' }),
  );
  const problems = inOrder([...loaded.warnings, ...unset]);
  const actions = Object.values(systems).flatMap((system) => Object.keys(system.actions));
  const right = [
    plural(Object.keys(systems).length, 'system'),
    plural(actions.length, 'action'),
    plural(Object.keys(agents).length, 'agent'),
    plural(Object.keys(workflows).length, 'workflow'),
  ].join(', ');
  return {
    problems,
    summary: problems.length > 0 ? `${right}: ${countOf(problems)}` : `${right}: all right`,
  };
}

function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ level }) => level === 'error').length;
  const warnings = plural(problems.length - errors, 'warning');
  if (errors === 0) return warnings;
  return errors === problems.length ? plural(errors, 'error') : `${plural(errors, 'error')} and ${warnings}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
