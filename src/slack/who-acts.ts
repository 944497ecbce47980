import { type Act, groupsNeeded } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Clicker } from './listeners/click.ts';
import type { Session } from './session.ts';

/**
 * Who somebody is, and who is in the groups that what they want depends on, both as of now. Throws {@link SlackAway} if Slack does
 * not say who that is.
 */
export async function whoActs(
  { context, people, groups }: Session,
  by: Clicker,
  act: Act,
): Promise<{ readonly person: Person; readonly groups: Groups }> {
  const [person, members] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    groups.membersOf(groupsNeeded(act, context.manifests)),
  ]);
  return { person, groups: members };
}
