import {
  type AuditQuestion,
  type AuditSubject,
  namesProposal,
  personSubject,
  readQuestion,
  readSubject,
} from '../../domain/audit-subject.ts';
import { parseTimeRange } from '../../domain/time-range.ts';
import { proposalAsked } from '../../lifecycle/look-up.ts';
import { findKnownPerson, listPeopleNamed } from '../../store/people.ts';
import type { AuditRef } from '../audit-ref.ts';
import { tellAudit, withLine } from '../audit-story.ts';
import { noticeMessage } from '../cards/notice.ts';
import { sendCsv } from '../send-csv.ts';
import type { Session } from '../session.ts';
import { type Asked, type Command, standingFor } from './command.ts';

export const auditCommand: Command = {
  word: 'audit',
  usage: '<account, agent, system, @somebody, #1042> [today, last tuesday, nov 3 to nov 9, past 24h …] [csv]',
  description: 'What was done, who decided, in dollars. Without a time: the past 7 days.',
  async run(session, { by, rest }) {
    const { person, permission } = await standingFor(session, by, { kind: 'audit' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const question = readQuestion(rest);
    const ref = await askedOf(session, by, question, person.timezone);
    if ('problem' in ref) return noticeMessage(ref.problem);
    const answer = await tellAudit(session, ref, person, 0);
    return question.csv ? withLine(answer, await sendCsv(session, ref, person)) : answer;
  },
};

async function askedOf(
  session: Session,
  by: Asked['by'],
  question: AuditQuestion,
  timezone: string,
): Promise<AuditRef | { readonly problem: string }> {
  const asker = { now: new Date(), timezone };
  if (namesProposal(question)) {
    const asked = await proposalAsked(session.context.database, question, asker);
    return asked ?? { problem: `There is no proposal ${question.named.slice(0, 60)}.` };
  }
  const subject = await subjectOf(session, by, question);
  if ('problem' in subject) return subject;
  const range = parseTimeRange(question.time, asker);
  return 'problem' in range ? range : { subject, range };
}

async function subjectOf(
  session: Session,
  { teamId }: Asked['by'],
  question: AuditQuestion,
): Promise<AuditSubject | { readonly problem: string }> {
  const { context, command } = session;
  const { named } = question;
  if (!named.startsWith('@')) {
    const subject = readSubject(question, context.manifests);
    return 'problem' in subject
      ? { problem: `${subject.problem} ${command} audit 4471 yesterday.` }
      : subject;
  }
  const userId = /^@([UW][A-Z0-9]{2,20})$/.exec(named)?.[1];
  if (userId) return personOf(session, teamId, userId);
  const [known, ...others] = await listPeopleNamed(context.database, named.slice(1, 200));
  return known && others.length === 0
    ? personSubject(known)
    : {
        problem: `I don’t know ${known ? `which ${named.slice(0, 60)}` : named.slice(0, 60)}: choose the person from the list that Slack shows after @.`,
      };
}

/** Who has left is on record all the same. */
async function personOf(session: Session, teamId: string, userId: string): Promise<AuditSubject> {
  const known = await findKnownPerson(session.context.database, { slackId: userId });
  if (known) return personSubject(known);
  const { name, principal } = await session.people.personOf(teamId, userId);
  return { kind: 'person', name, actors: [...new Set([principal, userId])] };
}
