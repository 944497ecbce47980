import { offeredOf } from '../../lifecycle/assess.ts';
import { resolveUnknown } from '../../lifecycle/resolve.ts';
import { findProposal } from '../../store/proposals.ts';
import { noticeMessage } from '../cards/notice.ts';
import { whoActs } from '../who-acts.ts';
import type { Command } from './command.ts';

const WORDS = ['happened', 'not-happened'];

export const resolveCommand: Command = {
  word: 'resolve',
  usage: '<number> happened | not-happened',
  description: 'Settles a write of which nobody could say whether it happened, once you have looked.',
  async run(session, { by, rest }) {
    const { context, command } = session;
    const [, number = '', word = ''] = /^#?(\d{1,12})\s+(\S+)\s*$/.exec(rest.trim()) ?? [];
    if (!WORDS.includes(word))
      return noticeMessage(
        `Nothing was changed. Look in the system first, then say ${command} resolve 1042 happened, which records it as written, or ${command} resolve 1042 not-happened, which records it as failed. Neither sends anything.`,
      );
    const proposal = await findProposal(context.database, { number: Number(number) });
    if (!proposal) return noticeMessage(`Nothing was changed: there is no #${number}.`);
    const { system } = await offeredOf(context, proposal);
    const who = await whoActs(session, by, { kind: 'resolve', system });
    const happened = word === 'happened';
    const result = await resolveUnknown(context, { number: Number(number), happened, ...who });
    if (result.outcome === 'refused') return noticeMessage(`Nothing was changed. ${result.because}`);
    return noticeMessage(
      happened
        ? `#${number} is recorded as written.`
        : `#${number} is recorded as failed: it is not tried again, the agent may propose it anew.`,
    );
  },
};
