import { parseRollback } from '../../domain/rollback-words.ts';
import { planRollback } from '../../lifecycle/plan-rollback.ts';
import { readClock } from '../../store/clock.ts';
import { noticeMessage } from '../cards/notice.ts';
import { type Command, standingFor } from './command.ts';

export const rollbackCommand: Command = {
  word: 'rollback',
  usage: '<24h, billing 24h, refund-agent since 01:40, account 4471 24h, 1042>',
  description: 'A plan to undo what was written, for a second operator to confirm.',
  async run(session, { by, rest }) {
    const { context } = session;
    const { person, groups, permission } = await standingFor(session, by, { kind: 'rollback' });
    if (!permission.allowed) return noticeMessage(`Nothing was done. ${permission.because}`);
    const asker = { now: await readClock(context.database), timezone: person.timezone };
    const asked = parseRollback(rest, asker);
    if ('problem' in asked) return noticeMessage(`Nothing was done. ${asked.problem}`);
    const result = await planRollback(context, { ...asked, person, groups });
    if (result.outcome === 'refused') return noticeMessage(`Nothing was done. ${result.because}`);
    const { number, items } = result.rollback;
    const able = items.filter((item) => item.class === 'undo').length;
    return noticeMessage(
      `Rollback ${number} is planned: ${able} of ${items.length} can be undone. The plan is in #${context.manifests.organisation.alerts}, where a second operator confirms it. Nothing is undone yet.`,
    );
  },
};
