import type { Sql } from 'postgres';
import type { Proposal } from '../../src/domain/proposal.ts';

/** Of what was shown. */
export const hex = (proposal: Proposal) => (proposal.digest ?? '').replace('sha256:', '');

/** A vote, and the decision it would settle, as the owner could write them by hand; each attempt changes what makes it illegal. */
export function decideByHand(
  sql: Sql,
  proposal: Proposal,
  fields: {
    stage?: string;
    digest?: string;
    identities?: string[];
    principal?: string;
    requesters?: readonly string[];
  },
) {
  const { stage = 'review', digest = hex(proposal), identities = ['email:new@acme.test'] } = fields;
  const { principal = 'agent:refund-agent', requesters = proposal.requesters } = fields;
  const kind = stage === 'review' ? 'agree' : 'approve';
  return sql`with v as (
      insert into vote (proposal_id, round, stage, kind, digest, requesters, principal, identities, by_id, by_name)
      values (${proposal.id}, 1, ${stage}, ${kind}, decode(${digest}, 'hex'), ${[...requesters]}, ${principal},
        ${identities}, 'U1', 'x'))
    insert into decision (proposal_id, round, stage, verdict, digest, principal, kind)
    values (${proposal.id}, 1, ${stage}, 'approved', decode(${digest}, 'hex'), ${principal}, ${kind})`;
}

export function executeByHand(sql: Sql, proposal: Proposal, id: string, kind = 'forward') {
  return sql`insert into execution (id, proposal_id, round, digest, agent, system, workflow, account, kind)
    values (${id}, ${proposal.id}, 1, decode(${hex(proposal)}, 'hex'), 'refund-agent', 'billing', 'refunds', '4471', ${kind})`;
}

/** What erasing sets. */
export const ERASED = (
  sql: Sql,
) => sql`erased_at = now(), version = version + 1, events = events + 1, input = '{}', before = null,
  body = '', reason = '', evidence = '[]', metadata = '{}'`;
