import type { CallbackSender } from '../connectors/callback.ts';
import type { Context } from '../context.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Proposal } from '../domain/proposal.ts';
import { RetryLater } from '../errors.ts';
import { type CallbackEvent, dropCallbackEvent, listCallbackEvents } from '../store/callbacks.ts';
import { getProposal } from '../store/proposals.ts';

export interface Telling {
  readonly sender: CallbackSender;
  /** A proposal as agents read it. */
  readonly viewOf: (proposal: Proposal) => Promise<JsonObject>;
}

const DAY_MS = 86_400_000;
const AT_ONCE = 50;
/** Ends well within the lease of its outbox row: what is left is told in the next turn. */
const TURN_MS = 30_000;

/**
 * Tells an agent what became of its proposal, one POST an event, in order: a later one is not sent before an earlier one was taken.
 * At least once: who dies between the answer and the note of it sends it again, under the same id. What is told is the proposal as
 * it is now. Throws to be tried again for a day, then to be parked.
 */
export async function deliverCallbacks(context: Context, id: string, telling: Telling): Promise<void> {
  const start = performance.now();
  for (;;) {
    const events = await listCallbackEvents(context.database, id, AT_ONCE);
    if (events.length === 0) return;
    for (const event of events) {
      if (performance.now() - start > TURN_MS) throw new RetryLater('more is to be told', 1);
      await tell(context, id, event, telling);
      await dropCallbackEvent(context.database, event.seq);
    }
  }
}

async function tell(
  context: Context,
  id: string,
  event: CallbackEvent,
  { sender, viewOf }: Telling,
): Promise<void> {
  const proposal = await getProposal(context.database, id);
  const agent = context.manifests.agents[proposal.agent];
  // Its manifest names no address any more: nobody is to be told.
  if (!agent?.callback) return;
  const { type, at } = event;
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: await viewOf(proposal) });
  const delivery = await sender.send(agent, { id: `evt_${event.id.replaceAll('-', '')}`, body });
  if (delivery.delivered) return;
  const why = `${type} of #${proposal.number} can't be told to ${agent.id}: ${delivery.why}`;
  if (proposal.readAt.getTime() - at.getTime() >= DAY_MS) throw new Error(why);
  throw new RetryLater(why, delivery.retryAfterMs);
}
