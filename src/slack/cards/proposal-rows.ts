import { formatDuration } from '../../domain/duration.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Proposal } from '../../domain/proposal.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

/** As they are sorted; of `count` in all. How many more there are is said. */
export function proposalRows(proposals: readonly Proposal[], count = proposals.length): Piece[][] {
  const rows = proposals.slice(0, limits.rows);
  const more = count - rows.length;
  return [...rows.map(proposalRow), ...(more > 0 ? [[`… ${more.toLocaleString('en-US')} more`]] : [])];
}

/** Which it is, for how much, and what. */
export function proposalHead(proposal: Proposal): Piece[] {
  return [
    bold(`#${proposal.number}`),
    ` ${proposal.impact ? formatMoney(proposal.impact) : 'impact unknown'} · `,
    { said: proposal.summary, max: limits.shown.text },
    ' · account ',
    { said: proposal.account, max: limits.name },
  ];
}

export function proposalRow(proposal: Proposal): Piece[] {
  return [
    ...proposalHead(proposal),
    ' · ',
    { said: proposal.agent, max: limits.name },
    ...(proposal.paused && proposal.state === 'pending'
      ? [' · paused']
      : proposal.expiresAt && proposal.state === 'pending'
        ? [...dueOf(proposal), ' · expires ', proposal.expiresAt]
        : [proposal.state === 'pending' ? ' · partly decided' : ` · ${proposal.state.replace('_', ' ')}`]),
  ];
}

function dueOf(proposal: Proposal): Piece[] {
  const late = lateness(proposal);
  if (late) return [' · ', bold(`${late} late`)];
  return proposal.dueAt ? [' · due ', proposal.dueAt] : [];
}

/** `12 minutes`: how long ago somebody should have decided; nothing: there is time. */
export function lateness({ dueAt, readAt, paused }: Proposal): string | undefined {
  const ms = dueAt && !paused ? readAt.getTime() - dueAt.getTime() : 0;
  return ms >= 1_000 ? formatDuration(ms) : undefined;
}
