import { parseScope } from '../../domain/parse-scope.ts';
import { enable, switchScopes } from '../../lifecycle/switch.ts';
import { noticeMessage } from '../cards/notice.ts';
import { type Command, standingFor } from './command.ts';
import { enableSentence } from './switch-sentences.ts';

export const enableCommand: Command = {
  word: 'enable',
  usage: '<all, or what is switched off>',
  description: 'Switches on again, at once or once a second operator has confirmed it.',
  async run(session, { by, rest }) {
    const { scope } = parseScope(rest);
    const { person, groups, permission } = await standingFor(session, by, { kind: 'enable' });
    if (!permission.allowed) return noticeMessage(`Nothing was changed. ${permission.because}`);
    if (scope === '') {
      const known = switchScopes(session.context.manifests).join(', ');
      return noticeMessage(
        `Say what to switch on again: ${known}. ${session.command} status shows what is off.`,
      );
    }
    return noticeMessage(enableSentence(await enable(session.context, { scope, person, groups })));
  },
};
