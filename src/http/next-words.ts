import { describeWho, type Tier } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';

/** What the agent should do now, in plain words. `tier` is the one that decides, as the version that judged it has it. */
export function nextWords(proposal: Proposal, tier: Tier | undefined): string {
  const words = wordsOf(proposal, tier);
  const mayRun = ['received', 'pending', 'in_review', 'approved'].includes(proposal.state);
  return proposal.paused && mayRun ? `${words} A kill switch is on meanwhile (${proposal.paused}).` : words;
}

function wordsOf(proposal: Proposal, tier: Tier | undefined): string {
  switch (proposal.state) {
    case 'received':
      return 'Wait. The system of record is being read. Do not propose it again.';
    case 'pending': {
      const at = proposal.expiresAt && (proposal.dueAt ?? proposal.expiresAt);
      const by = at ? ` by ${timeWords(at, proposal.readAt)}` : '';
      return `Wait. ${capital(decider(tier))} decides${by}. Do not propose it again.`;
    }
    case 'in_review':
      return 'Wait. It is approved, and a second person has to agree before it is written.';
    case 'approved':
      return 'Wait. It is approved and will be written. Do not propose it again.';
    case 'executing':
      return 'Wait. It is being written.';
    case 'awaiting_manual':
      return 'Wait. It is approved, and a person writes it by hand.';
    case 'executed':
      return 'Done. It is written.';
    case 'blocked':
      return 'It will not be written: the system of record says no. Propose again only if that has changed.';
    case 'rejected':
      return 'It will not be written: a person said no. Read the reason; propose something else only if it answers that.';
    case 'expired':
      return 'It will not be written: nobody decided in time. That is not a no; it may be proposed again.';
    case 'withdrawn':
      return 'It will not be written: you took it back.';
    case 'superseded':
      return 'It will not be written as it stands here: another proposal took its place.';
    case 'failed':
      return 'It was not written: the system refused it. See execution.error before you propose it again.';
    case 'unknown':
      return 'Wait. It may have been written or not: a person finds out. Do not propose it again.';
    case 'rolled_back':
      return 'It was written, and undone since.';
    default:
      return proposal.state satisfies never;
  }
}

/** `somebody of support-leads`, `dana@acme.test`. */
export function decider(tier: Tier | undefined): string {
  if (!tier || tier.approvers.length === 0) return 'somebody who may';
  const names = tier.approvers.map((who) => describeWho(who).replace(/^@/, ''));
  const only = tier.approvers.length === 1 && tier.approvers[0]?.kind !== 'group';
  return only ? names.join('') : `somebody of ${names.join(', ')}`;
}

/** `14:30 UTC`, with the day if it is another one. */
function timeWords(at: Date, now: Date): string {
  const [day, time = ''] = at.toISOString().split('T');
  const clock = `${time.slice(0, 5)} UTC`;
  return now.toISOString().startsWith(`${day}T`) ? clock : `${day} ${clock}`;
}

function capital(text: string): string {
  // An address stays as it is written.
  return text.includes('@') ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
