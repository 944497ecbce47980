import { quantile, times } from '../frame/statements.ts';
import { type Caller, openCaller } from '../load/caller.ts';
import { slashCommand } from '../load/requests.ts';
import type { Contender } from '../peers/contender.ts';
import { AGENT, SLACK } from '../world/company.ts';
import { DAYS } from './load-weeks.ts';

export interface Asked {
  readonly what: string;
  /** Whether it is an account's: what is promised. An agent's, a system's and a person's read up to two thousand events. */
  readonly isAccount: boolean;
  /** From the command's last byte to the answer's, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const LOOKS = 500;
const WARM = 50;

/** What people type; an account of its own each time. */
const QUESTIONS: readonly { readonly what: string; text(account: string): string }[] = [
  { what: 'audit 4471 last tuesday', text: (account) => `audit ${account} last tuesday` },
  { what: `audit 4471 past ${DAYS} days`, text: (account) => `audit ${account} past ${DAYS} days` },
  { what: 'audit an-agent last tuesday', text: () => `audit ${AGENT.id} last tuesday` },
  { what: 'audit a-system last tuesday', text: () => 'audit ledger last tuesday' },
  { what: 'audit @somebody last tuesday', text: () => `audit <@${SLACK.approver}|lea> last tuesday` },
];

/**
 * Asks the running product as Slack does, over HTTP and signed, and takes the time to the whole answer: who asks and whether they may, that
 * they looked put on record, their own days, the events, the sentence, the timeline and the blocks.
 */
export async function askAll(
  product: Contender,
  databaseUrl: string,
  accounts: number,
  note: (line: string) => void,
): Promise<Asked[]> {
  const running = await product.start({ databaseUrl, ledgerUrl: 'http://127.0.0.1:9' });
  const caller = await openCaller(running.urls[0] ?? '');
  try {
    const asked: Asked[] = [];
    for (const { what, text } of QUESTIONS) {
      const once = (n: number) => ask(caller, text(String((n * 7_919) % accounts)));
      await times(WARM, once);
      const took = await times(LOOKS, (n) => once(n + WARM));
      asked.push({
        what,
        isAccount: what.startsWith('audit 4471'),
        p50: quantile(took, 0.5),
        p99: quantile(took, 0.99),
      });
      note(`${what}: p50 ${quantile(took, 0.5).toFixed(1)}, p99 ${quantile(took, 0.99).toFixed(1)} ms`);
    }
    return asked;
  } finally {
    caller.close();
    await running.stop();
  }
}

async function ask(caller: Caller, text: string): Promise<void> {
  const { status, body } = await caller.call(slashCommand(text));
  if (status !== 200 || !body.includes('approved')) throw new Error(`${text}: ${status} ${body}`);
}
