import { helpMessage } from '../cards/help.ts';
import { awayCommand, backCommand, delegateCommand } from './absence.ts';
import { auditCommand } from './audit.ts';
import { checklistCommand, overrideCommand } from './checklist.ts';
import type { Command } from './command.ts';
import { disableCommand } from './disable.ts';
import { drillCommand } from './drill.ts';
import { enableCommand } from './enable.ts';
import { resolveCommand } from './resolve.ts';
import { rollbackCommand } from './rollback.ts';
import { showCommand } from './show.ts';
import { pendingCommand, statusCommand } from './status.ts';
import { trustCommand } from './trust.ts';

const helpCommand: Command = {
  word: 'help',
  usage: '',
  description: 'This list.',
  run: async ({ command }) =>
    helpMessage(
      COMMANDS.map(({ word, usage, description }) => ({
        usage: [command, word, usage].filter(Boolean).join(' '),
        description,
      })),
    ),
};

/** Every word there is; one that is not here does nothing. */
export const COMMANDS: readonly Command[] = [
  auditCommand,
  showCommand,
  pendingCommand,
  statusCommand,
  disableCommand,
  enableCommand,
  resolveCommand,
  rollbackCommand,
  drillCommand,
  checklistCommand,
  overrideCommand,
  trustCommand,
  delegateCommand,
  awayCommand,
  backCommand,
  helpCommand,
];
