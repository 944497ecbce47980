import type { Sql } from 'postgres';
import { findEvent, listAudit } from '../../src/store/audit.ts';
import type { Database } from '../../src/store/database.ts';
import { forgetStatements, quantile, statementLike, times } from '../frame/statements.ts';
import { DAYS, EVENTS_A_PROPOSAL } from './load-weeks.ts';

export const EVENTS_AN_ACCOUNT = 100;
const LOOKS = 400;

export interface Looked {
  readonly p50: number;
  readonly p99: number;
  /** Of one row by its primary key, taken by turns with the other. */
  readonly keyP50: number;
  readonly keyP99: number;
  readonly buffers: number;
  /** Steps of the plan that read or order more than what is asked for. */
  readonly bad: number;
}

/** The one query for an account's events, as the program asks it. */
export async function lookUp(
  sql: Sql,
  database: Database,
  { rows, accounts }: { readonly rows: number; readonly accounts: number },
): Promise<Looked> {
  const until = new Date();
  const from = new Date(until.getTime() - (DAYS + 1) * 86_400_000);
  const ask = (n: number) => listAudit(database, { account: String((n * 7_919) % accounts), from, until });
  const found = await ask(1);
  if (found.length !== EVENTS_AN_ACCOUNT) throw new Error(`${found.length} events of an account`);
  await forgetStatements(sql);
  const [all, keys] = await byTurns(database, ask, rows / EVENTS_A_PROPOSAL);
  const statement = await statementLike(sql, '%from audit_event%order by at desc%');
  return {
    ...{ p50: quantile(all, 0.5), p99: quantile(all, 0.99), buffers: statement.buffers },
    ...{ keyP50: quantile(keys, 0.5), keyP99: quantile(keys, 0.99) },
    bad: await badSteps(sql, statement.text, { account: '1', from, until }),
  };
}

async function byTurns(
  database: Database,
  ask: (n: number) => Promise<unknown>,
  proposals: number,
): Promise<readonly [number[], number[]]> {
  const all: number[] = [];
  const keys: number[] = [];
  for (let n = 0; n < LOOKS; n += 1) {
    all.push(...(await times(1, () => ask(n))));
    keys.push(...(await times(1, () => findEvent(database, `bench/${(n * 7_919) % proposals}`, 1))));
  }
  return [all, keys];
}

interface Step {
  readonly 'Node Type': string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Step[];
}

/**
 * Steps of the plan that read a table whole, or put more in order than is asked for: where the planner takes random pages for dear, it
 * collects the account's pages first and sorts the 100 rows that it found, which is no more to read.
 */
async function badSteps(
  sql: Sql,
  text: string,
  of: { account: string; from: Date; until: Date },
): Promise<number> {
  await sql.unsafe(`prepare looked (text, timestamptz, timestamptz, bigint) as ${text}`);
  const from = of.from.toISOString();
  const until = of.until.toISOString();
  const [row] = await sql.unsafe<{ 'QUERY PLAN': readonly { Plan: Step }[] }[]>(
    `explain (analyze, format json) execute looked ('${of.account}', '${from}', '${until}', 500)`,
  );
  const walk = (step: Step): Step[] => [step, ...(step.Plans ?? []).flatMap(walk)];
  return (row?.['QUERY PLAN'] ?? [])
    .flatMap(({ Plan }) => walk(Plan))
    .filter((step) => /Seq Scan|Sort/.test(step['Node Type']))
    .filter((step) => {
      const rows = (step['Actual Rows'] ?? 0) + (step['Rows Removed by Filter'] ?? 0);
      return rows > (step['Node Type'] === 'Seq Scan' ? 0 : EVENTS_AN_ACCOUNT);
    }).length;
}
