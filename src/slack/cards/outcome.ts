import { byOf } from '../../domain/audit-line.ts';
import { handWork } from '../../domain/by-hand.ts';
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
      return [...approved, ...agreementOf(proposal), ...waitingOf(view)];
    case 'executing':
      return [...approved, bold('Being written'), ' to ', system, ' now.'];
    case 'awaiting_manual':
      return [
        ...approved,
        bold('To be done by hand'),
        ' in ',
        system,
        ' by who answers for it: Done shows what to do and asks what shows that it is done.',
      ];
    case 'executed':
      return [
        ...approved,
        bold('Done'),
        ' in ',
        system,
        ...finishedAt(proposal),
        '.',
        ...resultOf(view),
        ...reviewOf(proposal),
        ...undoingOf(proposal),
      ];
    case 'rejected':
      return rejectionOf(proposal);
    case 'expired':
      return [
        bold('Expired'),
        ...(proposal.expiresAt ? [' ', proposal.expiresAt] : []),
        `: ${lapsed(proposal)}. ${NOTHING}`,
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
        ...reviewOf(proposal),
      ];
    case 'superseded':
      return replacement(proposal);
    case 'rolled_back':
      return [...approved, bold('Done and undone'), ' in ', system, '.'];
  }
}

/** Who decided in the present round; empty: nobody. */
function approvalOf(proposal: Proposal): Piece[] {
  const made = decisions(proposal, 'approve');
  const last = made.at(-1);
  if (!last) return [];
  const names = made.map(nameWithRight).join(' and ');
  return [bold('Approved'), ' by ', { said: names, max: limits.name * 2 }, ' ', last.at, '. '];
}

/** `Lea Brandt for Dana Whitfield`, where one is away. */
function nameWithRight({ by, for: away }: Pick<Decision, 'by' | 'for'>): string {
  const { name } = byOf({ ...by });
  return away ? `${name} for ${away.name}` : name;
}

function decisions(proposal: Proposal, kind: Decision['kind']): Decision[] {
  return proposal.decisions.filter((each) => each.round === proposal.round && each.kind === kind);
}

function waitingOf({ proposal, tier }: CardView): Piece[] {
  const { paused, execution, readAt } = proposal;
  if (paused) return [];
  if (execution?.error) return ['It is tried again', ...why({ execution }), '.'];
  if (tier.holdMs > 0 && execution && execution.dueAt > readAt)
    return ['It is written ', execution.dueAt, ', unless it is taken back.'];
  return ['Waiting to be written.'];
}

function replacement({ supersededBy }: Proposal): Piece[] {
  const other: Piece[] = supersededBy ? [bold(`#${supersededBy.number}`)] : ['a newer proposal'];
  return [bold('Replaced'), ' by ', ...other, `. ${NOTHING}`];
}

/** Nobody said yes in time: the approvers, or the second human. */
function lapsed({ review }: Proposal): string {
  return review?.state === 'lapsed' ? 'no second person agreed in time' : 'nobody decided in time';
}

function agreementOf(proposal: Proposal): Piece[] {
  const agreed = decisions(proposal, 'agree').at(-1);
  return agreed ? [{ said: nameWithRight(agreed), max: limits.name * 2 }, ' agreed. '] : [];
}

/** What the second human says of what was written. */
function reviewOf(proposal: Proposal): Piece[] {
  const objection = decisions(proposal, 'object').at(-1);
  switch (proposal.review?.state) {
    case undefined:
      return [];
    case 'awaiting':
      return [' A second person is to look at it.'];
    case 'agreed':
      return [' ', ...agreementOf(proposal)];
    case 'objected':
      return objection ? [' ', ...saidNo(objection, 'Objected to')] : [];
    case 'lapsed':
      return [' ', bold('Nobody reviewed it in time.')];
  }
}

/** How far a confirmed rollback is with it. */
function undoingOf(proposal: Proposal): Piece[] {
  const { undoing } = proposal;
  if (handWork(proposal) === 'undo')
    return [
      ' ',
      bold('To be undone by hand'),
      ' by who answers for it: Undone shows what to do and asks what shows that it is undone.',
    ];
  if (undoing?.state === 'started') return [' It is ', bold('being undone'), ' now.'];
  if (undoing?.state === 'unknown')
    return [
      ' ',
      bold('It may have been undone'),
      '. Nothing is tried again by itself: a person has to look and say so.',
    ];
  return [];
}

/** Who ended it: by rejecting, by objecting before the write, or by taking the approval back. */
function rejectionOf(proposal: Proposal): Piece[] {
  const taken = decisions(proposal, 'take_back').at(-1);
  if (taken) return [...saidNo(taken, 'Taken back'), ` ${NOTHING}`];
  const objection = decisions(proposal, 'object').at(-1);
  if (objection) return [...approvalOf(proposal), ...saidNo(objection, 'Objected to'), ` ${NOTHING}`];
  const last = decisions(proposal, 'reject').at(-1);
  return last ? [...saidNo(last, 'Rejected'), ` ${NOTHING}`] : [bold('Rejected'), `. ${NOTHING}`];
}

function saidNo(made: Decision, did: string): Piece[] {
  const { reason } = made;
  const why = reason ? [': ', ...quote(reason), /[.!?…]$/.test(reason) ? '' : '.'] : ['.'];
  return [bold(did), ' by ', { said: nameWithRight(made), max: limits.name * 2 }, ' ', made.at, ...why];
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
  const values = told.flatMap((name, index): Piece[] => [
    `${index === 0 ? ' Result: ' : ', '}${name} `,
    { said: valueText(result[name] ?? null, { type: 'string' }), max: limits.shown.text },
  ]);
  return told.length > 0 ? [...values, '.'] : [];
}
