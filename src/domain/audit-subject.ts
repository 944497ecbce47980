import type { Manifests } from './manifest.ts';
import { nearest } from './nearest.ts';

/** Whose story is told. */
export type AuditSubject =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'agent'; readonly agent: string }
  | { readonly kind: 'system'; readonly system: string }
  | { readonly kind: 'proposal'; readonly number: number }
  /** `actors` are all the names that the record has for one person. */
  | { readonly kind: 'person'; readonly name: string; readonly actors: readonly string[] };

const LONGEST_ACCOUNT = 200;
const WHOSE = { problem: 'Say whose story: an account, an agent, a system, @somebody or #1042.' };

/** What was typed, taken apart: whose story, of what time, and whether as a file. */
export interface AuditQuestion {
  readonly named: string;
  /** As what, where that was said: an account may have the name of an agent, and an agent may be in no manifest any more. */
  readonly as?: 'account' | 'agent' | 'system';
  readonly time: string;
  readonly csv: boolean;
}

/** `4471 last tuesday csv`, `account refunds yesterday`, `@dana`, `#1042`. */
export function readQuestion(text: string): AuditQuestion {
  const words = text.split(' ').filter((word) => word !== '');
  const csv = words.length > 1 && words.at(-1)?.toLowerCase() === 'csv';
  const [first = '', ...more] = csv ? words.slice(0, -1) : words;
  const as = first.toLowerCase();
  const [named, ...time] = more;
  return named !== undefined && (as === 'account' || as === 'agent' || as === 'system')
    ? { named, as, time: time.join(' '), csv }
    : { named: first, time: more.join(' '), csv };
}

/** Whether it names one proposal: `#1042`, or by its id. */
export function namesProposal({ named, as }: Pick<AuditQuestion, 'named' | 'as'>): boolean {
  return as === undefined && /^(#\d+|prop_.+)$/.test(named);
}

/** The names that are told from an account's. */
export interface KnownNames extends Pick<Manifests, 'workflows'> {
  readonly agents: Readonly<Record<string, unknown>>;
  readonly systems: Readonly<Record<string, unknown>>;
}

/** The subject that a word names, people and numbers left out; or what to say to who asked. */
export function readSubject(
  { named: word, as }: Pick<AuditQuestion, 'named' | 'as'>,
  { agents, systems, workflows }: KnownNames,
): AuditSubject | { readonly problem: string } {
  if (word === '') return WHOSE;
  if (word.length > LONGEST_ACCOUNT) return { problem: 'That is too long for an account.' };
  const name = word.toLowerCase();
  if (as === 'account') return { kind: 'account', account: word };
  if (as === 'agent') return { kind: 'agent', agent: name };
  if (as === 'system') return { kind: 'system', system: name };
  if (Object.hasOwn(agents, name)) return { kind: 'agent', agent: name };
  if (Object.hasOwn(systems, name)) return { kind: 'system', system: name };
  const workflow = Object.hasOwn(workflows, name) ? workflows[name] : undefined;
  if (workflow) {
    const of = [...new Set(workflow.actions.map((action) => action.split('.', 1)[0] ?? ''))].join(' or ');
    return { problem: `${name} is a workflow: ask for its system, ${of}.` };
  }
  if (name === 'all' || name === 'everything') return WHOSE;
  return { kind: 'account', account: word };
}

/** Which agent or system a word may have meant, where nothing is on record of an account of that name. */
export function subjectMeant(word: string, { agents, systems }: KnownNames): string | undefined {
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
    case 'proposal':
      return `#${subject.number}`;
    case 'person':
      return subject.name;
  }
}

/** A person under every name that the record may have for them: their principal, and their Slack accounts. */
export function personSubject(person: {
  readonly principal: string;
  readonly name: string;
  readonly identities: readonly string[];
}): Extract<AuditSubject, { kind: 'person' }> {
  const accounts = person.identities.flatMap((each) => /^slack:[^/]*\/(.+)$/.exec(each)?.[1] ?? []);
  return { kind: 'person', name: person.name, actors: [...new Set([person.principal, ...accounts])] };
}
