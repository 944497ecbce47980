import type { Person } from '../../domain/person.ts';
import { parseUntil, type Until } from '../../domain/until.ts';
import { comeBack, leave } from '../../lifecycle/absence.ts';
import { noticeMessage } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { type Asked, type Command, standingFor } from './command.ts';

export const delegateCommand: Command = {
  word: 'delegate',
  usage: '@somebody until friday',
  description: 'Out of office: they decide for you until then, and what waits for you goes to them.',
  async run(session, { by, rest }) {
    const [, userId, words = ''] = /^@([UW][A-Z0-9]{2,20})\b ?(.*)$/.exec(rest) ?? [];
    if (!userId)
      return noticeMessage(
        `Say who decides for you, and until when: ${session.command} delegate @somebody until friday.`,
      );
    const delegate = await session.people.personOf(by.teamId, userId);
    return noticeMessage(await goAway(session, by, words, delegate));
  },
};

export const awayCommand: Command = {
  word: 'away',
  usage: 'until monday',
  description: 'Out of office: nothing is sent to you until then.',
  run: async (session, { by, rest }) => noticeMessage(await goAway(session, by, rest, null)),
};

export const backCommand: Command = {
  word: 'back',
  usage: '',
  description: 'You are back: what waits for you is yours again.',
  async run(session, { by }) {
    const { person } = await standingFor(session, by, { kind: 'absence' });
    return noticeMessage(
      (await comeBack(session.context, person))
        ? 'Welcome back: what waits for you is yours again.'
        : 'You were not away, and nothing was changed.',
    );
  },
};

async function goAway(
  session: Session,
  by: Asked['by'],
  words: string,
  delegate: Person | null,
): Promise<string> {
  const { person, groups } = await standingFor(session, by, { kind: 'absence' });
  const until = parseUntil(words, { now: new Date(), timezone: person.timezone });
  if ('problem' in until) return `Nothing was changed. ${until.problem}`;
  const result = await leave(session.context, { person, groups, until: until.at, delegate });
  if (result.outcome === 'refused') return `Nothing was changed. ${result.because}`;
  return told(session, until, delegate);
}

function told({ command }: Session, { label }: Until, delegate: Person | null): string {
  const then = `${command} back ends it before.`;
  return delegate
    ? `${delegate.name} decides for you until ${label}, where the tier lets them, and it is shown as theirs for you. ${then}`
    : `You are away until ${label}: nothing is sent to you, and what only you may decide is said to its owner. ${then}`;
}
