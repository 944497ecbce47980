import { byOf } from '../../domain/audit-line.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Decision, Proposal } from '../../domain/proposal.ts';
import type { CardView } from './card-view.ts';
import { valueText } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, type Piece, quote } from './pieces.ts';

const NOTHING = 'Nothing was written.';

/** What stands where the buttons were: what became of it, by whom and when. */
export function outcomeOf(view: CardView): Piece[] {
  const { proposal, offered } = view;
  const { title } = offered.system;
  const system: Piece = { said: title, max: limits.name };
  const approved = approvalOf(proposal);
  switch (proposal.state) {
    case 'received':
      return ['Being checked against ', system, '.'];
    case 'pending':
      return ['Waiting for a decision.'];
    case 'in_review':
      return [...approved, 'A second person has to agree before anything is written.'];
    case 'approved':
      return [...approved, ...waitingOf(proposal)];
    case 'executing':
      return [...approved, bold('Being written'), ' to ', system, ' now.'];
    case 'awaiting_manual':
      return [...approved, 'A person writes it by hand.'];
    case 'executed':
      return [...approved, bold('Done'), ' in ', system, ...finishedAt(proposal), '.', ...resultOf(view)];
    case 'rejected':
      return rejectionOf(proposal);
    case 'expired':
      return [
        bold('Expired'),
        ...(proposal.expiresAt ? [' ', proposal.expiresAt] : []),
        `: nobody decided in time. ${NOTHING}`,
      ];
    case 'withdrawn':
      return [bold('Withdrawn'), ` by the agent before anybody decided. ${NOTHING}`];
    case 'blocked':
      return [
        ...approved,
        bold('Blocked'),
        ': ',
        { said: proposal.blocked ?? 'not allowed' },
        `. ${NOTHING}`,
      ];
    case 'failed':
      return [...approved, bold('Failed'), ` in `, system, ...why(proposal), `. ${NOTHING}`];
    case 'unknown':
      return [
        ...approved,
        bold('It may have happened'),
        ` in `,
        system,
        ...why(proposal),
        '. Nothing is tried again by itself; the on-call was asked to look.',
      ];
    case 'superseded':
      return [bold('Replaced'), ` by a newer proposal. ${NOTHING}`];
    case 'rolled_back':
      return [...approved, bold('Done and undone'), ' in ', system, '.'];
  }
}

/** Who decided in the present round; empty: nobody. */
function approvalOf(proposal: Proposal): Piece[] {
  const made = decisions(proposal, 'approve');
  const last = made.at(-1);
  if (!last) return [];
  const names = made.map(({ by }) => byOf({ ...by }).name).join(' and ');
  return [bold('Approved'), ' by ', { said: names, max: limits.name * 2 }, ' ', last.at, '. '];
}

function decisions(proposal: Proposal, kind: Decision['kind']): Decision[] {
  return proposal.decisions.filter((each) => each.round === proposal.round && each.kind === kind);
}

function waitingOf({ paused, execution }: Proposal): Piece[] {
  if (paused) return [];
  if (!execution?.error) return ['Waiting to be written.'];
  return ['It is tried again', ...why({ execution }), '.'];
}

function rejectionOf(proposal: Proposal): Piece[] {
  const last = decisions(proposal, 'reject').at(-1);
  if (!last) return [bold('Rejected'), `. ${NOTHING}`];
  const reason = last.reason ? [': ', ...quote(last.reason)] : ['.'];
  return [
    bold('Rejected'),
    ' by ',
    { said: last.by.name, max: limits.name },
    ' ',
    last.at,
    ...reason,
    ` ${NOTHING}`,
  ];
}

function finishedAt({ execution }: Proposal): Piece[] {
  return execution?.finishedAt ? [' ', execution.finishedAt] : [];
}

function why({ execution }: Pick<Proposal, 'execution'>): Piece[] {
  return execution?.error ? [': ', { said: execution.error }] : [];
}

function resultOf({ proposal, offered }: CardView): Piece[] {
  const result: JsonObject = proposal.execution?.result ?? {};
  const told = offered.action.tellAgent.filter((name) => Object.hasOwn(result, name));
  return told.flatMap((name, index): Piece[] => [
    `${index === 0 ? ' Result: ' : ', '}${name} `,
    { said: valueText(result[name] ?? null, { type: 'string' }), max: limits.shown.text },
  ]);
}
