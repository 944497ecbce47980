import type { PagerSender } from '../connectors/pager.ts';
import type { Context } from '../context.ts';
import type { SecretRef } from '../domain/manifest.ts';
import { pagerEvent } from '../domain/pager-event.ts';
import { RetryLater } from '../errors.ts';
import { hasGivenUp } from '../store/outbox.ts';
import { getProposal } from '../store/proposals.ts';
import { wasPaged } from '../store/steps.ts';

export interface Paging {
  readonly sender: PagerSender;
  readonly secretOf: (ref: SecretRef) => string;
}

const LONGEST_MS = 86_400_000;

/**
 * Brings the pager of the system's on-call to what the proposal is now: an incident while it waits and somebody was paged for it or its
 * outcome, or its undoing's, is not known, or it is written and in doubt, resolved otherwise. Nobody's, where the manifest in force has no pager. Throws to be tried again for a day.
 */
export async function tellPager(context: Context, id: string, { sender, secretOf }: Paging): Promise<void> {
  const proposal = await getProposal(context.database, id);
  const pager = context.manifests.systems[proposal.system]?.pager;
  if (!pager) return;
  const paged = await wasPaged(context.database, id, proposal.round);
  const givenUp = await hasGivenUp(context.database, id);
  const { action, body } = pagerEvent(proposal, { paged, givenUp }, pager.key && secretOf(pager.key));
  const told = await sender.send(pager.url, body);
  if (told.taken) {
    context.log.info({ proposal: id, action }, 'pager.told');
    return;
  }
  const why = `the pager of ${proposal.system} can't be told of #${proposal.number}: ${told.why}`;
  if (proposal.readAt.getTime() - proposal.createdAt.getTime() > LONGEST_MS) throw new Error(why);
  throw new RetryLater(why, told.retryAfterMs);
}
