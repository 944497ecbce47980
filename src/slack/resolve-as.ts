import type { Person } from '../domain/person.ts';
import { resolvedWords } from '../domain/unknown.ts';
import { offeredOf } from '../lifecycle/assess.ts';
import { resolveUnknown } from '../lifecycle/resolve.ts';
import { findProposal } from '../store/proposals.ts';
import type { Session } from './session.ts';
import { whoActs } from './who-acts.ts';

export interface Resolution {
  readonly resolved: boolean;
  /** What the person is told. */
  readonly text: string;
  readonly person?: Person;
}

/** Settles an unknown outcome as a person says, by word or button. Committed when it resolves to `resolved`. */
export async function resolveAs(
  session: Session,
  by: Parameters<typeof whoActs>[1],
  said: { readonly number: number; readonly execution?: string; readonly happened: boolean },
): Promise<Resolution> {
  const { context } = session;
  const { number, happened } = said;
  const proposal = await findProposal(context.database, { number });
  if (!proposal) return { resolved: false, text: `Nothing was changed: there is no #${number}.` };
  const { system } = await offeredOf(context, proposal);
  const who = await whoActs(session, by, { kind: 'resolve', system });
  const result = await resolveUnknown(context, { ...said, ...who });
  if (result.outcome === 'refused')
    return { resolved: false, text: `Nothing was changed. ${result.because}` };
  return { resolved: true, text: resolvedWords(number, result.what, happened), person: who.person };
}
