import type { Person } from './person.ts';

export interface SwitchedBy {
  readonly principal: string;
  readonly id: string;
  readonly name: string;
}

/** As whom the record names a person. */
export function actorOf(person: Person): SwitchedBy {
  return { principal: person.principal, id: person.userId, name: person.name };
}

export interface Switched {
  readonly by: SwitchedBy;
  readonly at: Date;
  readonly reason: string | null;
}

/** What is switched off, by scope (`all`, an agent, a system, a workflow), and for what a second operator was asked. */
export interface Switches {
  readonly off: Readonly<Record<string, Switched>>;
  readonly asked: Readonly<Record<string, Switched>>;
  /** The database's clock when this was read. */
  readonly now: Date;
}

/** `all` as people say it. */
export function switchedName(scope: string): string {
  return scope === 'all' ? 'everything' : scope;
}
