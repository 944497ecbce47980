import type { Context } from '../context.ts';
import { authorize } from '../domain/authorize.ts';
import type { Groups, Person } from '../domain/person.ts';
import { beginAbsence, endAbsence } from '../store/absences.ts';

export interface Leaving {
  readonly person: Person;
  readonly groups: Groups;
  readonly until: Date;
  /** Who decides meanwhile; null: nobody in particular. */
  readonly delegate: Person | null;
}

export type LeaveResult =
  | { readonly outcome: 'away' }
  | { readonly outcome: 'refused'; readonly because: string };

/** Somebody is away until then. Committed when it resolves to `away`; what waits for them is looked at again. */
export async function leave(context: Context, leaving: Leaving): Promise<LeaveResult> {
  const { person, groups, until, delegate } = leaving;
  const permission = authorize({ kind: 'absence' }, person, context.manifests, groups);
  if (!permission.allowed) return { outcome: 'refused', because: permission.because };
  if (delegate && delegate.standing !== 'member')
    return refuse(`${delegate.name} is no full member of this workspace, and can't decide for you.`);
  if (delegate?.principal === person.principal)
    return refuse("You can't decide for yourself while you are away.");
  const away = { ...nameOf(person), until, delegate: delegate && nameOf(delegate) };
  switch (await beginAbsence(context.database, away)) {
    case 'set':
      return { outcome: 'away' };
    case 'past':
      return refuse('That time is over already.');
    case 'cycle':
      return refuse(`${delegate?.name} is away too, and that leads back to you: name somebody else.`);
  }
}

/** They are back. False: they were not away. */
export async function comeBack(context: Context, person: Person): Promise<boolean> {
  return endAbsence(context.database, nameOf(person));
}

function nameOf({ principal, userId, name }: Person): { principal: string; id: string; name: string } {
  return { principal, id: userId, name };
}

function refuse(because: string): LeaveResult {
  return { outcome: 'refused', because };
}
