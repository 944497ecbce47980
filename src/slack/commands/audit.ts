import { tellStory } from '../../domain/audit-story.ts';
import { parseTimeRange, type TimeRange } from '../../domain/time-range.ts';
import { switchScopes } from '../../lifecycle/switch.ts';
import { AUDIT_LIMIT, listAudit, recordEvent } from '../../store/audit.ts';
import { auditAnswer } from '../cards/audit-answer.ts';
import type { SlackMessage } from '../cards/message.ts';
import { noticeMessage } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { type Command, standingFor } from './command.ts';
import { showProposal } from './show.ts';

const LONGEST_ACCOUNT = 200;

export const auditCommand: Command = {
  word: 'audit',
  usage: '<account> [today, yesterday, last tuesday, nov 3 to nov 9, past 24h …]',
  description: 'What agents did with an account, who decided, in dollars. Without a time: the past 7 days.',
  async run(session, { by, rest }) {
    const { person, permission } = await standingFor(session, by, { kind: 'audit' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const [subject = '', ...words] = rest.split(' ');
    if (/^#\d+$/.test(subject)) return showProposal(session, person, subject);
    const problem = problemOf(session, subject);
    if (problem) return noticeMessage(problem);
    const range = parseTimeRange(words.join(' '), { now: new Date(), timezone: person.timezone });
    if ('problem' in range) return noticeMessage(range.problem);
    await recordEvent(session.context.database, 'access', {
      type: 'audit.read',
      actor: person.principal,
      account: subject,
      data: {
        by: { id: person.userId, name: person.name },
        from: range.from.toISOString(),
        until: range.until.toISOString(),
      },
    });
    return storyOf(session, subject, range);
  },
};

async function storyOf({ context }: Session, account: string, range: TimeRange): Promise<SlackMessage> {
  const events = await listAudit(context.database, { account, from: range.from, until: range.until });
  const story = tellStory(events, { account, range });
  return auditAnswer({ story, range, isCut: events.length === AUDIT_LIMIT });
}

/** An agent, a system or a person is not an account: an empty answer would look like one that says nothing happened. */
function problemOf({ context, command }: Session, subject: string): string | undefined {
  if (subject === '') return `Say which account: ${command} audit 4471 yesterday.`;
  if (subject.length > LONGEST_ACCOUNT) return 'That is too long for an account.';
  if (subject.startsWith('@') || switchScopes(context.manifests).includes(subject)) {
    return `I can tell the story of an account or of one proposal (#1042), not yet of ${subject}.`;
  }
  return undefined;
}
