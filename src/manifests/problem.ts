export type Path = readonly (string | number)[];

/** What is wrong, and where. The message never quotes a value: it could be a secret that stands in the wrong place. */
export interface Problem {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
  /** `actions.refund.impact`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
  readonly level: 'error' | 'warning';
}

/** `systems/billing.yml:8:15 actions.refund.impact: …` */
export function formatProblem(problem: Problem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const about = problem.path === '' ? place : `${place} ${problem.path}`;
  return `${about}: ${problem.level === 'warning' ? 'warning: ' : ''}${problem.message}`;
}

export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
