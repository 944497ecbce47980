import { DRILL_WRITES } from '../../domain/drill.ts';
import { startDrill } from '../../lifecycle/start-drill.ts';
import { noticeMessage } from '../cards/notice.ts';
import { type Command, standingFor } from './command.ts';

export const drillCommand: Command = {
  word: 'drill',
  usage: '<system> <writes>',
  description: 'A rollback against the sandbox of a system, or of each that has one, with a signed record.',
  async run(session, { by, rest }) {
    const { context } = session;
    const { person, groups, permission } = await standingFor(session, by, { kind: 'drill' });
    if (!permission.allowed) return noticeMessage(`Nothing was done. ${permission.because}`);
    const words = /^\s*(?<system>[^\s\d]\S*)?(?:\s*(?<writes>\d{1,6}))?\s*$/.exec(rest)?.groups;
    if (!words)
      return noticeMessage('Nothing was done. Say of which system, and how many writes: drill billing 100.');
    const { system = '', writes } = words;
    const asked = {
      system: system.toLowerCase(),
      writes: Number(writes ?? DRILL_WRITES.least),
      person,
      groups,
    };
    const result = await startDrill(context, asked);
    if (result.outcome === 'refused') return noticeMessage(`Nothing was done. ${result.because}`);
    const named = result.drills.map((drill) => `drill ${drill.number} of ${drill.system}`).join(' and ');
    const busy =
      result.running.length > 0 ? ` One of ${result.running.join(', ')} is under way already.` : '';
    return noticeMessage(
      `Begun: ${named}, against the sandbox alone.${busy} How it goes is shown in #${context.manifests.organisation.alerts}.`,
    );
  },
};
