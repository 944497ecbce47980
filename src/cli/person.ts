import { type Command, InvalidArgumentError } from 'commander';
import { parseScope } from '../domain/parse-scope.ts';
import type { ClientSettings } from './mcp.ts';
import { runDrill } from './person-drill.ts';
import { runPending, runShowProposal, runStatus } from './person-reads.ts';
import { runResolve } from './person-resolve.ts';
import { type RollbackOptions, runRollback } from './person-rollback.ts';
import { runDisable, runEnable } from './person-switches.ts';

interface Options {
  readonly json?: boolean;
}

/** What a person does against a running server with a key of their own; `settings` is asked for only once a command runs. */
export function addPersonCommands(program: Command, settings: () => ClientSettings): void {
  const ends = async (run: Promise<number>): Promise<void> => {
    process.exitCode = await run;
  };
  program
    .command('disable')
    .description('the kill switch, as the person of COUNTERSIGN_KEY; alone it means everything')
    .argument('[what...]', 'an agent, a system, a workflow, rollback or all; then: because …')
    .option('--json', 'as JSON')
    .action((words: string[], options: Options) =>
      ends(runDisable(settings(), parseScope(words.join(' ')), options)),
    );
  program
    .command('enable')
    .description('switch on again, or confirm what another operator asked for; exit 1 while it stays off')
    .argument('<what>', 'what is off')
    .option('--json', 'as JSON')
    .action((scope: string, options: Options) => ends(runEnable(settings(), scope, options)));
  program
    .command('status')
    .description('what is switched off, what waits, and what was given up')
    .option('--json', 'as JSON')
    .action((options: Options) => ends(runStatus(settings(), options)));
  program
    .command('pending')
    .description('what waits for a decision, the most urgent first')
    .option('--json', 'as JSON')
    .action((options: Options) => ends(runPending(settings(), options)));
  program
    .command('show')
    .description('one proposal with its whole history; that you looked is on record')
    .argument('<number>', '1042')
    .option('--json', 'as JSON')
    .action((named: string, options: Options) => ends(runShowProposal(settings(), named, options)));
  program
    .command('rollback')
    .description('plan to undo what was written; a second operator confirms the plan, by its id and digest')
    .argument('[what...]', '24h, billing 24h, refund-agent since 01:40, account 4471 24h, 1042')
    .option('--show <plan>', 'a plan, or how far its undoing is')
    .option('--confirm <plan>', 'undo what it says, as the second operator')
    .option('--digest <digest>', 'of the plan that you saw')
    .option('--json', 'as JSON')
    .action((words: string[], options: RollbackOptions) => ends(runRollback(settings(), words, options)));
  program
    .command('drill')
    .description(
      'a rollback against the sandbox of a system, or of each; waits for its signed record, exit 1 if it failed',
    )
    .argument('[system]', 'a system with a sandbox', '')
    .option('--writes <count>', 'how many, 20 to 500', wholeNumber)
    .option('--json', 'as JSON')
    .action((system: string, options: Options & { readonly writes?: number }) =>
      ends(runDrill(settings(), { system, writes: options.writes }, options)),
    );
  program
    .command('resolve')
    .description('settle a write of which nobody could say whether it happened, once you have looked')
    .argument('<number>', '1042', proposalNumber)
    .argument('<what>', 'happened or not-happened', happened)
    .option('--json', 'as JSON')
    .action((number: number, didHappen: boolean, options: Options) =>
      ends(runResolve(settings(), { number, happened: didHappen }, options)),
    );
}

function proposalNumber(text: string): number {
  const digits = /^#?([1-9]\d{0,14})$/.exec(text)?.[1];
  if (!digits) throw new InvalidArgumentError('It is a number such as 1042.');
  return Number(digits);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function happened(text: string): boolean {
  if (text !== 'happened' && text !== 'not-happened')
    throw new InvalidArgumentError('Look in the system first, then say happened or not-happened.');
  return text === 'happened';
}
