import { parseProposalRef } from '../../domain/ids.ts';
import type { Person } from '../../domain/person.ts';
import { listAudit, recordEvent } from '../../store/audit.ts';
import { findProposal } from '../../store/proposals.ts';
import { cardViewOf } from '../card-view-of.ts';
import type { SlackMessage } from '../cards/message.ts';
import { noticeMessage } from '../cards/notice.ts';
import { showMessage } from '../cards/show.ts';
import type { Session } from '../session.ts';
import { type Command, standingFor } from './command.ts';

export const showCommand: Command = {
  word: 'show',
  usage: '<number>',
  description: 'One proposal with its whole history.',
  async run(session, { by, rest }) {
    const { person, permission } = await standingFor(session, by, { kind: 'audit' });
    return permission.allowed ? showProposal(session, person, rest) : noticeMessage(permission.because);
  },
};

/** Who looked is on record before they see it. The caller has made sure that they may. */
export async function showProposal(
  { context, command }: Session,
  person: Person,
  named: string,
): Promise<SlackMessage> {
  const { database } = context;
  const ref = parseProposalRef(named);
  if (!ref) return noticeMessage(`Say which proposal: ${command} show 1042.`);
  const proposal = await findProposal(database, ref);
  if (!proposal) return noticeMessage(`There is no proposal ${named}.`);
  await recordEvent(database, 'access', {
    type: 'audit.read',
    actor: person.principal,
    number: proposal.number,
    data: { by: { id: person.userId, name: person.name } },
  });
  const events = await listAudit(database, { number: proposal.number });
  const told = events.filter((event) => event.stream === proposal.id);
  return showMessage(await cardViewOf(context, proposal), told);
}
