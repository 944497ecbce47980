import { drillsDue } from '../../domain/checklist.ts';
import { PACE_DAYS } from '../../domain/deciding-pace.ts';
import { readDrills } from '../../store/checklist-facts.ts';
import { readDurability } from '../../store/durability.ts';
import { readOutboxState } from '../../store/outbox.ts';
import { readDecidingPace } from '../../store/pace-of-deciding.ts';
import { readSwitches } from '../../store/switches.ts';
import { listPausedSystems } from '../../store/systems.ts';
import { readWaiting } from '../../store/waiting.ts';
import { limits } from '../cards/limits.ts';
import { noticeMessage } from '../cards/notice.ts';
import { pendingMessage } from '../cards/pending.ts';
import { statusMessage } from '../cards/status.ts';
import { type Command, standingFor } from './command.ts';

export const statusCommand: Command = {
  word: 'status',
  usage: '',
  description: 'What is switched off, what waits, and what was given up.',
  async run(session, { by }) {
    const { permission } = await standingFor(session, by, { kind: 'status' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const { database } = session.context;
    const retry = await standingFor(session, by, { kind: 'retry' });
    const [switches, outbox, pending, resting, pace, drills, durability] = await Promise.all([
      readSwitches(database),
      readOutboxState(database),
      readWaiting(database, limits.rows),
      listPausedSystems(database),
      readDecidingPace(database, PACE_DAYS),
      readDrills(database),
      readDurability(database),
    ]);
    const undrilled = drillsDue(session.context.manifests, drills, switches.now);
    const mayRetry = retry.permission.allowed;
    return statusMessage({ switches, outbox, pending, resting, pace, undrilled, mayRetry, durability });
  },
};

export const pendingCommand: Command = {
  word: 'pending',
  usage: '',
  description: 'What waits for somebody’s decision, the most urgent first.',
  async run(session, { by }) {
    const { permission } = await standingFor(session, by, { kind: 'status' });
    if (!permission.allowed) return noticeMessage(permission.because);
    const { database } = session.context;
    const [pending, outbox, retry] = await Promise.all([
      readWaiting(database, limits.rows),
      readOutboxState(database),
      standingFor(session, by, { kind: 'retry' }),
    ]);
    return pendingMessage(pending, outbox, retry.permission.allowed);
  },
};
