import { type Act, authorize, type Permission } from '../../domain/authorize.ts';
import type { Groups, Person } from '../../domain/person.ts';
import type { SlackMessage } from '../cards/message.ts';
import type { Clicker } from '../listeners/click.ts';
import type { Session } from '../session.ts';
import { whoActs } from '../who-acts.ts';

export interface Asked {
  readonly by: Clicker;
  /** What was typed after the word. */
  readonly rest: string;
}

/** One word of the slash command. Its answer is seen by who asked alone. */
export interface Command {
  readonly word: string;
  /** What may follow the word. */
  readonly usage: string;
  readonly description: string;
  /** What it changes is committed when it resolves. */
  run(session: Session, asked: Asked): Promise<SlackMessage>;
}

export interface Standing {
  readonly person: Person;
  readonly groups: Groups;
  readonly permission: Permission;
}

/** Who asks, and whether they may. Throws {@link SlackAway} if Slack does not say who that is. */
export async function standingFor(session: Session, by: Clicker, act: Act): Promise<Standing> {
  const who = await whoActs(session, by, act);
  return { ...who, permission: authorize(act, who.person, session.context.manifests, who.groups) };
}
