import { type Act, authorize, groupsNeeded, whoMayDo } from '../domain/authorize.ts';
import { describeWho } from '../domain/manifest.ts';
import type { Groups, Person } from '../domain/person.ts';
import type { Clicker } from './listeners/click.ts';
import type { Session } from './session.ts';

/**
 * Who somebody is, and who is in the groups that what they want depends on, both as of now. Throws {@link SlackAway} if Slack does
 * not say who that is.
 */
export async function whoActs(
  session: Session,
  by: Clicker,
  act: Act,
): Promise<{ readonly person: Person; readonly groups: Groups }> {
  const { context, people, groups } = session;
  const [person, members] = await Promise.all([
    people.personOf(by.teamId, by.userId),
    groups.membersOf(groupsNeeded(act, context.manifests)),
  ]);
  if (authorize(act, person, context.manifests, members).allowed) return { person, groups: members };
  return { person: { ...person, names: await namesOf(session, act) }, groups: members };
}

/** Only a refusal names who may. What Slack does not say in time is left as the manifest has it. */
async function namesOf({ addresses, context }: Session, act: Act): Promise<Record<string, string>> {
  const found = await Promise.all(
    whoMayDo(act, context.manifests).map(async (who): Promise<[string, string][]> => {
      const address = await addresses.find(who).catch(() => undefined);
      return address ? [[describeWho(who), address.name]] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}
