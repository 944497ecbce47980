import { type AuditSubject, subjectMeant } from '../domain/audit-subject.ts';
import { parseProposalRef } from '../domain/ids.ts';
import type { Person } from '../domain/person.ts';
import { type LookedUpStory, type Looking, lookerOf, lookUpAudit } from '../lifecycle/look-up.ts';
import { listCardPlaces } from '../store/cards.ts';
import { findProposal } from '../store/proposals.ts';
import { type AuditRef, encodeAuditRef } from './audit-ref.ts';
import { type AuditAnswer, auditAnswer } from './cards/audit-answer.ts';
import { historyPage } from './cards/history-page.ts';
import type { SlackMessage } from './cards/message.ts';
import { noticeMessage } from './cards/notice.ts';
import type { Session } from './session.ts';

const LINKS = 10;

export function lookingFor(ref: AuditRef, person: Person): Looking {
  return { ...ref, ...lookerOf(person) };
}

/** The answer with its buttons; that they looked is on record. The caller has made sure that they may. */
export async function tellAudit(
  session: Session,
  ref: AuditRef,
  person: Person,
  page: number,
): Promise<SlackMessage> {
  const found = await lookUpAudit(session.context.database, lookingFor(ref, person));
  const answer = await answerOf(session, ref, found, { page, asked: encodeAuditRef(ref) });
  const meant = found.events.length === 0 ? await whatElse(session, ref.subject) : undefined;
  return meant ? withLine(answer, meant) : answer;
}

/** An empty answer to a mistyped name, or to a proposal's number, would look like one that says nothing happened. */
async function whatElse({ context, command }: Session, subject: AuditSubject): Promise<string | undefined> {
  if (subject.kind !== 'account') return undefined;
  const { account } = subject;
  const meant = subjectMeant(account, context.manifests);
  if (meant) return `Did you mean ${meant}? There is no agent or system of that name.`;
  const ref = /^\d+$/.test(account) ? parseProposalRef(account) : undefined;
  const proposal = ref && (await findProposal(context.database, ref));
  return proposal
    ? `There is a proposal of that number, for account ${proposal.account}: ${command} audit #${account}.`
    : undefined;
}

export function withLine(answer: SlackMessage, said: string): SlackMessage {
  return { text: answer.text, blocks: [...answer.blocks, ...noticeMessage(said).blocks] };
}

export async function answerOf(
  session: Session,
  { range }: AuditRef,
  { story, isCut }: LookedUpStory,
  shown: Pick<AuditAnswer, 'page' | 'asked'> & { readonly sharedBy?: string },
): Promise<SlackMessage> {
  const numbers = [
    ...new Set(historyPage(story.told, shown.page).rows.flatMap(({ number }) => number ?? [])),
  ];
  const { me, context } = session;
  const places = me.url === undefined ? [] : await listCardPlaces(context.database, numbers.slice(-LINKS));
  const cards = places.map(({ number, channel, ts }) => {
    return { number, url: new URL(`archives/${channel}/p${ts.replace('.', '')}`, me.url).href };
  });
  return auditAnswer({ story, range, isCut, cards, ...shown });
}
