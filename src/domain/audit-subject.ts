import type { Manifests } from './manifest.ts';
import { nearest } from './nearest.ts';

/** Whose story is told. */
export type AuditSubject =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'system'; readonly system: string }
  /** `actors` are all the names that the record has for one person. */
  | { readonly kind: 'person'; readonly name: string; readonly actors: readonly string[] };

const LONGEST_ACCOUNT = 200;

/** The subject that a word names, people and numbers left out; or what to say to who asked. */
export function readSubject(
  word: string,
  { agents, systems, workflows }: Manifests,
): AuditSubject | { readonly problem: string } {
  if (word === '') return { problem: 'Say whose story: an account, an agent, a system, @somebody or #1042.' };
  const name = word.toLowerCase();
  if (Object.hasOwn(agents, name)) return { kind: 'agent', agent: name };
  if (Object.hasOwn(systems, name)) return { kind: 'system', system: name };
  const workflow = Object.hasOwn(workflows, name) ? workflows[name] : undefined;
  if (workflow) {
    const of = [...new Set(workflow.actions.map((action) => action.split('.', 1)[0] ?? ''))].join(' or ');
    return { problem: `${name} is a workflow: ask for its system, ${of}.` };
  }
  if (name === 'all' || name === 'everything')
    return { problem: 'Say whose story: an account, an agent, a system, @somebody or #1042.' };
  if (word.length > LONGEST_ACCOUNT) return { problem: 'That is too long for an account.' };
  return { kind: 'account', account: word };
}

/** Which agent or system a word may have meant, where nothing is on record of an account of that name. */
export function subjectMeant(word: string, { agents, systems }: Manifests): string | undefined {
  return nearest(word.toLowerCase(), [...Object.keys(agents), ...Object.keys(systems)]);
}

/** `account 4471`, as it stands in a sentence. */
export function subjectName(subject: AuditSubject): string {
  switch (subject.kind) {
    case 'account':
      return `account ${subject.account}`;
    case 'agent':
      return subject.agent;
    case 'system':
      return subject.system;
    case 'person':
      return subject.name;
  }
}
