import { computeChecklist } from '../../domain/checklist.ts';
import { parseScope } from '../../domain/parse-scope.ts';
import { overrideFirstDays } from '../../lifecycle/override-first-days.ts';
import { proveCredentials } from '../../lifecycle/prove-credentials.ts';
import { readChecklistFacts } from '../../store/checklist-facts.ts';
import { checklistMessage } from '../cards/checklist-message.ts';
import { noticeMessage } from '../cards/notice.ts';
import { lookAtSlack } from '../look-at-slack.ts';
import { type Command, standingFor } from './command.ts';

export const checklistCommand: Command = {
  word: 'checklist',
  usage: '',
  description: 'What a launch needs, each line green or red with its evidence.',
  async run(session, { by }) {
    const { permission } = await standingFor(session, by, { kind: 'status' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const { database, manifests, signingKey } = session.context;
    const facts = {
      ...(await readChecklistFacts(database)),
      proofs: await proveCredentials(session.context),
      keyInDatabase: signingKey.inDatabase,
      ...(await lookAtSlack({ ...session, manifests, homeTeam: session.me.teamId })),
    };
    return checklistMessage(computeChecklist(manifests, facts));
  },
};

export const overrideCommand: Command = {
  word: 'override',
  usage: 'first-30-days because …',
  description: 'Begin with more than one workflow, system or approver, on record.',
  async run(session, { by, rest }) {
    const { scope, reason } = parseScope(rest);
    const { person, groups } = await standingFor(session, by, { kind: 'override' });
    if (scope !== 'first-30-days')
      return noticeMessage('Nothing was changed: the one thing to be overridden is first-30-days.');
    const result = await overrideFirstDays(session.context, { person, groups, because: reason });
    if (result.outcome === 'refused') return noticeMessage(`Nothing was changed. ${result.because}`);
    return noticeMessage('Recorded: the first 30 days may have more than one workflow, system and approver.');
  },
};
