import { isInDoubt } from './doubt.ts';
import { publicId } from './ids.ts';
import type { JsonObject } from './json.ts';
import { formatMoney } from './money.ts';
import type { Proposal } from './proposal.ts';
import { unknownOf } from './unknown.ts';

/** Of PagerDuty's Events v2: what woke somebody is taken back under the same key. */
export interface PagerEvent {
  readonly action: 'trigger' | 'resolve';
  readonly body: JsonObject;
}

const LONGEST = 1_024;

/** Why somebody is to be woken, besides its outcome. */
export interface Calls {
  /** A step of the escalation called for it in the present round. */
  readonly paged: boolean;
  /** What was to be done for it was given up after repeated failure. */
  readonly givenUp: boolean;
}

/** Anything but what waits, is unknown, in doubt or given up is over. */
export function pagerEvent(
  proposal: Proposal,
  { paged, givenUp }: Calls,
  key: string | undefined,
): PagerEvent {
  const isOpen =
    givenUp ||
    unknownOf(proposal) !== undefined ||
    isInDoubt(proposal) ||
    (proposal.state === 'pending' && paged);
  const action = isOpen ? 'trigger' : 'resolve';
  const body: JsonObject = {
    ...(key === undefined ? {} : { routing_key: key }),
    event_action: action,
    dedup_key: `countersign-${publicId(proposal.id)}`,
  };
  return {
    action,
    body: isOpen ? { ...body, client: 'Countersign', payload: payloadOf(proposal, givenUp) } : body,
  };
}

function payloadOf(proposal: Proposal, givenUp: boolean): JsonObject {
  const { number, system, workflow, action, impact, account, dueAt, expiresAt, readAt } = proposal;
  const amount = impact ? formatMoney(impact) : 'impact unknown';
  const what = waitsFor(proposal, givenUp);
  return {
    summary: clean(`#${number} ${what}: ${proposal.summary} (${amount})`).slice(0, LONGEST),
    source: 'countersign',
    severity: 'critical',
    timestamp: readAt.toISOString(),
    component: system,
    group: workflow,
    class: action,
    custom_details: {
      number,
      account: clean(account),
      due_at: dueAt?.toISOString() ?? null,
      expires_at: expiresAt?.toISOString() ?? null,
    },
  };
}

function waitsFor(proposal: Proposal, givenUp: boolean): string {
  switch (unknownOf(proposal)?.what) {
    case 'write':
      return 'may have happened, and nobody can say';
    case 'undo':
      return 'may have been undone, and nobody can say';
    case undefined:
      if (givenUp) return 'is stuck: what was to be done for it was given up after repeated failure';
      return isInDoubt(proposal) ? doubtWords(proposal) : 'waits, and nobody has decided in time';
  }
}

function doubtWords({ review }: Proposal): string {
  return review?.state === 'objected'
    ? 'is written, and the second human objected'
    : 'is written, and nobody reviewed it in time';
}

/** What agents wrote has no way to break a line or hide in somebody's pager. */
function clean(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ');
}
