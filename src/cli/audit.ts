import { type Command, Option } from 'commander';
import type { AuditSubject } from '../domain/audit-subject.ts';
import { EXIT, Stop } from '../errors.ts';
import type { StoreSettings } from './open-store.ts';

/** `countersign audit …`; `settings` is asked for only once a command runs. */
export function addAuditCommands(program: Command, settings: () => StoreSettings): void {
  const audit = program.command('audit').description('read, prove, erase and retire the audit');
  const ends = async (run: Promise<number>): Promise<void> => {
    process.exitCode = await run;
  };
  audit
    .command('show')
    .description('what was done with an account, and who decided')
    .argument('[account]', 'its number or name')
    .argument('[when...]', 'yesterday, last tuesday, nov 3 to nov 9, past 24h; else the past 7 days')
    .option('--agent <agent>', 'of an agent instead; then the first word belongs to the time')
    .option('--system <system>', 'of a system instead')
    .option('--timezone <zone>', 'whose days are meant', Intl.DateTimeFormat().resolvedOptions().timeZone)
    .option('--json', 'as JSON')
    .action((first: string | undefined, more: string[], options: ShowOptions) =>
      ends(
        import('./audit-show.ts').then(({ runShow }) =>
          runShow(settings(), showing(first, more, options), options),
        ),
      ),
    );
  audit
    .command('verify')
    .description('recompute everything, and compare it with what was signed; exit 1 if it differs')
    .option('--checkpoint <file...>', 'heads that were kept elsewhere')
    .option('--pubkey <file>', 'the public key that you know')
    .option('--json', 'as JSON')
    .action((options) =>
      ends(import('./audit-verify.ts').then(({ runVerify }) => runVerify(settings(), options))),
    );
  audit
    .command('export')
    .description(
      'the events, for a spreadsheet or, with proofs, for an auditor; all of them without --account and --since',
    )
    .option('--account <account>')
    .option('--since <when>', '2026-11-03, last tuesday, past 30 days; in UTC')
    .option('--until <when>', 'the same; that day is included')
    .addOption(new Option('--format <format>').choices(['csv', 'jsonl']).default('jsonl'))
    .option('--checkpoint <file>', 'prove against the newest head in this file')
    .action((options) =>
      ends(import('./audit-export.ts').then(({ runExport }) => runExport(settings(), options))),
    );
  audit
    .command('erase')
    .description("erase what is personal about an account, with the owner's login; the proof stays")
    .requiredOption('--account <account>')
    .requiredOption('--because <why>', 'stays on record')
    .option('--give-up-undo', 'also what could still be rolled back')
    .option('--json', 'as JSON')
    .action((options) =>
      ends(import('./audit-erase.ts').then(({ runErase }) => runErase(settings(), options))),
    );
  audit
    .command('retire')
    .description("archive old months and take them out, with the owner's login; the proof of the rest stays")
    .requiredOption('--before <month>', '2026-01: everything before it')
    .requiredOption('--to <directory>', 'where the archives go')
    .action((options) =>
      ends(import('./audit-retire.ts').then(({ runRetire }) => runRetire(settings(), options))),
    );
}

interface ShowOptions {
  readonly agent?: string;
  readonly system?: string;
  readonly timezone: string;
  readonly json?: boolean;
}

function showing(
  first: string | undefined,
  more: readonly string[],
  { agent, system }: ShowOptions,
): { subject: AuditSubject; when: readonly string[] } {
  if (agent !== undefined && system !== undefined)
    throw new Stop(EXIT.usage, 'Say --agent or --system, not both.');
  const when = first === undefined ? more : [first, ...more];
  if (agent !== undefined) return { subject: { kind: 'agent', agent }, when };
  if (system !== undefined) return { subject: { kind: 'system', system }, when };
  if (first === undefined) throw new Stop(EXIT.usage, 'Say which account, or --agent or --system.');
  return { subject: { kind: 'account', account: first }, when: more };
}
