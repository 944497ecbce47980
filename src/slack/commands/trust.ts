import { nearest } from '../../domain/nearest.ts';
import { parseScope } from '../../domain/parse-scope.ts';
import { restoreTrust } from '../../lifecycle/trust.ts';
import { noticeMessage } from '../cards/notice.ts';
import type { Session } from '../session.ts';
import { type Command, standingFor } from './command.ts';

export const trustCommand: Command = {
  word: 'trust',
  usage: '<agent>',
  description: 'Gives an agent back what it may decide alone, after somebody objected to what it did.',
  async run(session, { by, rest }) {
    const { scope: agent } = parseScope(rest);
    const { person, groups, permission } = await standingFor(session, by, { kind: 'trust' });
    if (!permission.allowed) return noticeMessage(`Nothing was changed. ${permission.because}`);
    if (!session.context.manifests.agents[agent]) return noticeMessage(unknownAgent(session, agent));
    const result = await restoreTrust(session.context, { agent, person, groups });
    switch (result.outcome) {
      case 'restored':
        return noticeMessage(`${agent} may decide alone again what its tiers give it.`);
      case 'not_lost':
        return noticeMessage(`Nothing was changed: ${agent} may decide alone what its tiers give it.`);
      case 'refused':
        return noticeMessage(`Nothing was changed. ${result.because}`);
    }
  },
};

function unknownAgent({ context }: Session, agent: string): string {
  const known = Object.keys(context.manifests.agents);
  const meant = nearest(agent, known);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  return `Nothing was changed: say which agent.${hint} There are ${known.join(', ')}.`;
}
