import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ClientSettings } from './mcp.ts';
import { runPropose } from './propose.ts';

/** What an agent, or a person or script in its place, does against a running server; `settings` is asked for only once a command runs. */
export function addAgentCommands(program: Command, settings: () => ClientSettings): void {
  program
    .command('propose')
    .description('propose an action, as the agent of COUNTERSIGN_KEY')
    .argument('<action>', 'billing.refund')
    .argument('[fields...]', 'the input: account=4471 is a text, urgent:=true is JSON')
    .requiredOption('--reason <text>', 'why, for the people who decide')
    .option('--input <json>', 'the input as JSON, or - for stdin; fields come on top')
    .option('--key <key>', 'the same for every try of one proposal')
    .option('--on-behalf-of <email>')
    .option('--dry-run', 'say what would be proposed and who would decide; nothing is stored')
    .addOption(new Option('--wait <until>', 'wait for people').choices(['decided', 'settled']))
    .option('--timeout <seconds>', 'wait no longer', seconds)
    .option('--json', 'as JSON')
    .action(async (action, fields, options) => {
      process.exitCode = await runPropose(settings(), action, fields, options);
    });
  program
    .command('mcp')
    .description('serve the tools of COUNTERSIGN_KEY over stdio, for desktop clients')
    .action(async () => {
      const { runMcp } = await import('./mcp.ts');
      process.exitCode = await runMcp(settings());
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError('not a number of seconds');
  return value;
}
