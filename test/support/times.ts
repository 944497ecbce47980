import postgres from 'postgres';
import type { Proposal } from '../../src/domain/proposal.ts';

const STEPS = `    sla: 30m
    escalate:
      - { after: 15m, remind: true }
      - { after: 30m, add: [dana@acme.test] }
      - { after: 60m, add: [cfo@acme.test], page: true }
`;

/** The refunds' second tier with the times of the reference manifests; `steps` are its lines. */
export function withTimes(files: Record<string, string>, steps = STEPS): Record<string, string> {
  const name = 'workflows/refunds.yml';
  const text = files[name] ?? '';
  const tier = /( {4}approvers: \["@support-leads"\]\n)(?: {4}sla:.*\n)?(?: {4}escalate:.*\n(?: {6}.*\n)*)?/;
  if (!tier.test(text)) throw new Error('the refunds have no tier of the support leads');
  return { ...files, [name]: text.replace(tier, (_, approvers: string) => approvers + steps) };
}

/** The organisation with these business hours, in one line of YAML; without: people are at work at any hour. */
export function withHours(files: Record<string, string>, hours?: string): Record<string, string> {
  const org = (files['org.yml'] ?? '').replace(/business_hours:.*\n( {2}.*\n)*/, '');
  if (hours) return { ...files, 'org.yml': `${org}\nbusiness_hours: ${hours}\n` };
  const others = Object.entries(files).map(([name, text]) => [
    name,
    text.replace(/ {4}clock: business.*\n/g, ''),
  ]);
  return { ...Object.fromEntries(others), 'org.yml': org };
}

/** The owner's login, for whom no guard is in the way of moving times. */
export function ownerOf({ url }: { readonly url: string }): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {} });
}

/** As if everything so far had happened so much earlier. */
export async function passed(
  owner: postgres.Sql,
  ms: number,
  proposals: readonly Pick<Proposal, 'id'>[],
): Promise<void> {
  const ids = proposals.map(({ id }) => id);
  const by = `${ms} milliseconds`;
  await owner.unsafe(`set session_replication_role = replica; alter table proposal disable trigger user;
    alter table round disable trigger user; alter table round enable always trigger round_digest; alter table decision disable trigger user`);
  await owner`update proposal set created_at = created_at - ${by}::interval, judged_at = judged_at - ${by}::interval,
    expires_at = expires_at - ${by}::interval, due_at = due_at - ${by}::interval, execute_by = execute_by - ${by}::interval,
    review_due_at = review_due_at - ${by}::interval where id = any (${ids})`;
  await owner`update round set at = at - ${by}::interval where proposal_id = any (${ids})`;
  await owner`update decision set at = at - ${by}::interval where proposal_id = any (${ids})`;
  await owner`update step set due_at = due_at - ${by}::interval where proposal_id = any (${ids})`;
  await owner`update switchboard set off = (select coalesce(jsonb_object_agg(k, v || jsonb_build_object('at', (v ->> 'at')::timestamptz - ${by}::interval)), '{}')
    from jsonb_each(off) as x (k, v))`;
  await owner.unsafe(`alter table proposal enable always trigger proposal_moves; alter table proposal enable always trigger proposal_kept;
    alter table proposal enable always trigger proposal_is_audited; alter table proposal enable always trigger proposal_waited;
    alter table round enable always trigger round_moves; alter table decision enable always trigger decision_append_only;
    reset session_replication_role`);
}
