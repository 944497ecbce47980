import type { Person } from '../domain/person.ts';
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
  number: number,
  happened: boolean,
): Promise<Resolution> {
  const { context } = session;
  const proposal = await findProposal(context.database, { number });
  if (!proposal) return { resolved: false, text: `Nothing was changed: there is no #${number}.` };
  const { system } = await offeredOf(context, proposal);
  const who = await whoActs(session, by, { kind: 'resolve', system });
  const result = await resolveUnknown(context, { number, happened, ...who });
  if (result.outcome === 'refused')
    return { resolved: false, text: `Nothing was changed. ${result.because}` };
  const text = happened
    ? `#${number} is recorded as written.`
    : `#${number} is recorded as failed: it is not tried again, the agent may propose it anew.`;
  return { resolved: true, text, person: who.person };
}
