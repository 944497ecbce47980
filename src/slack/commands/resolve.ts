import { noticeMessage } from '../cards/notice.ts';
import { resolveAs } from '../resolve-as.ts';
import type { Command } from './command.ts';

const WORDS = ['happened', 'not-happened'];

export const resolveCommand: Command = {
  word: 'resolve',
  usage: '<number> happened | not-happened',
  description:
    'Settles a write, or its undoing, of which nobody could say whether it happened, once you have looked.',
  async run(session, { by, rest }) {
    const { command } = session;
    const [, number = '', word = ''] = /^#?(\d{1,12})\s+(\S+)\s*$/.exec(rest.trim()) ?? [];
    if (!WORDS.includes(word))
      return noticeMessage(
        `Nothing was changed. Look in the system first, then say ${command} resolve 1042 happened, which records it as written (or, if it was being undone, as undone), or ${command} resolve 1042 not-happened, which records it as failed (or as not undone). Neither sends anything.`,
      );
    const { text } = await resolveAs(session, by, { number: Number(number), happened: word === 'happened' });
    return noticeMessage(text);
  },
};
