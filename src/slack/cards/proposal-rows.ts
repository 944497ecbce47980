import { formatMoney } from '../../domain/money.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

/** What waits for a decision, the most urgent first; how many more there are is said. */
export function proposalRows(pending: readonly Proposal[]): Piece[][] {
  const sorted = pending.toSorted((a, b) => endOf(a) - endOf(b));
  const rows = sorted.slice(0, limits.rows);
  const more = sorted.length - rows.length;
  return [...rows.map(rowOf), ...(more > 0 ? [[`… ${more.toLocaleString('en-US')} more`]] : [])];
}

function rowOf(proposal: Proposal): Piece[] {
  return [
    bold(`#${proposal.number}`),
    ` ${proposal.impact ? formatMoney(proposal.impact) : 'impact unknown'} · `,
    { said: proposal.summary, max: limits.shown.text },
    ' · account ',
    { said: proposal.account, max: limits.name },
    ' · ',
    { said: proposal.agent, max: limits.name },
    ...(proposal.paused
      ? [' · paused']
      : proposal.expiresAt
        ? [' · expires ', proposal.expiresAt]
        : [' · partly decided']),
  ];
}

/** What has begun to be decided is the most urgent: somebody waits for one more person. */
function endOf({ expiresAt }: Proposal): number {
  return expiresAt?.getTime() ?? 0;
}
