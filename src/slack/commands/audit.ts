import { type AuditSubject, readSubject } from '../../domain/audit-subject.ts';
import { parseTimeRange } from '../../domain/time-range.ts';
import { findKnownPerson } from '../../store/people.ts';
import { tellAudit, withLine } from '../audit-story.ts';
import { noticeMessage } from '../cards/notice.ts';
import { sendCsv } from '../send-csv.ts';
import type { Session } from '../session.ts';
import { type Asked, type Command, standingFor } from './command.ts';
import { showProposal } from './show.ts';

export const auditCommand: Command = {
  word: 'audit',
  usage: '<account, agent, system, @somebody, #1042> [today, last tuesday, nov 3 to nov 9, past 24h …] [csv]',
  description: 'What was done, who decided, in dollars. Without a time: the past 7 days.',
  async run(session, { by, rest }) {
    const { person, permission } = await standingFor(session, by, { kind: 'audit' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const { named, time, csv } = wordsOf(rest);
    if (/^#\d+$/.test(named)) return showProposal(session, person, named);
    const subject = await subjectOf(session, by, named);
    if ('problem' in subject) return noticeMessage(subject.problem);
    const range = parseTimeRange(time, { now: new Date(), timezone: person.timezone });
    if ('problem' in range) return noticeMessage(range.problem);
    const ref = { subject, range };
    const answer = await tellAudit(session, ref, person, 0);
    return csv ? withLine(answer, await sendCsv(session, ref, person)) : answer;
  },
};

/** `4471 last tuesday csv`; `account refunds` for an account that has the name of something else. */
function wordsOf(rest: string): { named: string; time: string; csv: boolean } {
  const words = rest.split(' ').filter((word) => word !== '');
  const csv = words.length > 1 && words.at(-1)?.toLowerCase() === 'csv';
  const [named = '', ...time] = csv ? words.slice(0, -1) : words;
  return { named, time: time.join(' '), csv };
}

async function subjectOf(
  session: Session,
  { teamId }: Asked['by'],
  named: string,
): Promise<AuditSubject | { readonly problem: string }> {
  const { context, command } = session;
  if (!named.startsWith('@')) {
    const subject = readSubject(named, context.manifests);
    return 'problem' in subject
      ? { problem: `${subject.problem} ${command} audit 4471 yesterday.` }
      : subject;
  }
  const userId = /^@([UW][A-Z0-9]{2,20})$/.exec(named)?.[1];
  if (!userId)
    return {
      problem: `I don’t know ${named.slice(0, 60)}: choose the person from the list that Slack shows after @.`,
    };
  // Who has left is on record all the same.
  const known = await findKnownPerson(context.database, { slackId: userId });
  const { name, principal } = known ?? (await session.people.personOf(teamId, userId));
  return { kind: 'person', name, actors: [...new Set([principal, userId])] };
}
