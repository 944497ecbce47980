import { type Command, Option } from 'commander';
import { type AuditQuestion, readQuestion } from '../domain/audit-subject.ts';
import { EXIT, Stop } from '../errors.ts';
import type { ShowOptions } from './audit-show.ts';
import type { StoreSettings } from './open-store.ts';

/** `countersign audit …`; `settings` is asked for only once a command runs. */
export function addAuditCommands(program: Command, settings: () => StoreSettings): void {
  const audit = program.command('audit').description('read, prove, erase and retire the audit');
  const ends = async (run: Promise<number>): Promise<void> => {
    process.exitCode = await run;
  };
  audit
    .command('show')
    .description(
      'what was done, and who decided: of an account, an agent, a system, a person or one proposal',
    )
    .argument(
      '[whose]',
      "4471, refund-agent, billing, @dana@acme.test, '#1042'; account refunds, agent refunds",
    )
    .argument('[when...]', 'yesterday, last tuesday, nov 3 to nov 9, past 24h; else the past 7 days')
    .option('--agent <agent>', 'of an agent; then all words belong to the time')
    .option('--system <system>', 'of a system, likewise')
    .option('--timezone <zone>', "whose days are meant; this machine's by default")
    .option('--json', 'as JSON')
    .action((whose: string | undefined, when: string[], options: Showing) =>
      ends(
        import('./audit-show.ts').then(({ runShow }) =>
          runShow(settings(), questionOf(whose === undefined ? when : [whose, ...when], options), options),
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

interface Showing extends ShowOptions {
  readonly agent?: string;
  readonly system?: string;
}

function questionOf(words: readonly string[], { agent, system }: Showing): AuditQuestion {
  if (agent !== undefined && system !== undefined)
    throw new Stop(EXIT.usage, 'Say --agent or --system, not both.');
  const time = words.join(' ');
  if (agent !== undefined) return { named: agent, as: 'agent', time, csv: false };
  if (system !== undefined) return { named: system, as: 'system', time, csv: false };
  const question = readQuestion(time);
  if (question.csv) throw new Stop(EXIT.usage, 'For CSV: countersign audit export --format csv.');
  return question;
}
