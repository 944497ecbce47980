import { parseProposalRef } from '../../domain/ids.ts';
import type { Person } from '../../domain/person.ts';
import { lookerOf, lookUpProposal } from '../../lifecycle/look-up.ts';
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

/** A page of its history, the newest at first. The caller has made sure that they may. */
export async function showProposal(
  { context, command }: Session,
  person: Person,
  named: string,
  page = 0,
): Promise<SlackMessage> {
  const ref = parseProposalRef(named);
  if (!ref) return noticeMessage(`Say which proposal: ${command} show 1042.`);
  const found = await lookUpProposal(context.database, ref, lookerOf(person));
  if (!found) return noticeMessage(`There is no proposal ${named}.`);
  return showMessage(await cardViewOf(context, found.proposal), { ...found, page });
}
