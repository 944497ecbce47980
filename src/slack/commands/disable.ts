import { parseScope } from '../../domain/parse-scope.ts';
import { actorOf } from '../../domain/switches.ts';
import { disable } from '../../lifecycle/switch.ts';
import { disabledMessage } from '../cards/alerts.ts';
import { noticeMessage } from '../cards/notice.ts';
import { type Command, standingFor } from './command.ts';
import { refusalSentence } from './switch-sentences.ts';

export const disableCommand: Command = {
  word: 'disable',
  usage: '[agent, system or workflow] [because …]',
  description: 'The kill switch. Alone it means everything. From its answer on no write starts any more.',
  async run(session, { by, rest }) {
    const { scope, reason } = parseScope(rest);
    const { person, groups } = await standingFor(session, by, { kind: 'disable' });
    const result = await disable(session.context, { scope, person, groups }, reason);
    if (result.outcome !== 'disabled') return noticeMessage(refusalSentence(result));
    const { command } = session;
    const switched = actorOf(person);
    return disabledMessage({ scope: result.scope, by: switched, reason, underWay: result.underWay, command });
  },
};
