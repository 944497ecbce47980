import type { AuditEvent } from '../domain/audit.ts';
import { resolvedWords, type Unknown, unknownOf } from '../domain/unknown.ts';
import { loggable } from '../logger.ts';
import { findEvent, listAudit } from '../store/audit.ts';
import { getProposal } from '../store/proposals.ts';
import { formatCount } from './cards/format-count.ts';
import type { SlackMessage } from './cards/message.ts';
import { noticeMessage } from './cards/notice.ts';
import { byIn, textIn } from './event-data.ts';
import { replaceMessage } from './replace-message.ts';
import type { Posting } from './session.ts';
import { SlackRefusal } from './web.ts';

const RESOLVED: Readonly<Record<string, Unknown['what']>> = {
  'execution.resolved': 'write',
  'undo.resolved': 'undo',
};

/** Who said what became of a write, or its undoing, of which nobody knew. The pages that asked say so too, without their buttons. */
export async function resolved(posting: Posting, proposalId: string): Promise<SlackMessage | undefined> {
  const proposal = await getProposal(posting.context.database, proposalId);
  const events = await listAudit(posting.context.database, { number: proposal.number });
  const event = events.find(({ type }) => type in RESOLVED);
  const what = event && RESOLVED[event.type];
  if (!event || !what) return undefined;
  const words = resolvedWords(proposal.number, what, event.data.happened === true);
  const message = noticeMessage(`${byIn(event.data.by).name} looked: ${words}`);
  const write = proposal.execution?.id;
  const open = unknownOf(proposal)?.execution;
  const asked = events.filter(({ type, data }) => {
    const isOfWrite = data.execution === write;
    return type === 'page.posted' && isOfWrite === (what === 'write') && data.execution !== open;
  });
  for (const page of asked) await settlePage(posting, page, message);
  return message;
}

async function settlePage(posting: Posting, { data }: AuditEvent, message: SlackMessage): Promise<void> {
  try {
    await replaceMessage(posting, { channel: textIn(data, 'channel'), ts: textIn(data, 'ts') }, message);
  } catch (error) {
    // Somebody has deleted it, for instance.
    if (!(error instanceof SlackRefusal)) throw error;
    posting.context.log.info({ err: loggable(error) }, 'slack.page_not_updated');
  }
}

/** `outbox:<n>`: what was given up is tried again. */
export async function triedAgain(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'outbox', seq);
  if (!event) return undefined;
  const count = formatCount(Number(event.data.count), 'update');
  return noticeMessage(
    `${byIn(event.data.by).name} has ${count} tried again that had been given up. ${posting.command} status shows what becomes of it.`,
  );
}

/** `checklist:<n>`: a line of it is overridden. */
export async function overridden(posting: Posting, seq: number): Promise<SlackMessage | undefined> {
  const event = await findEvent(posting.context.database, 'checklist', seq);
  if (!event) return undefined;
  const { data } = event;
  return noticeMessage(
    `${byIn(data.by).name} overrode ${textIn(data, 'what')} of the checklist: ${textIn(data, 'because')}`,
  );
}
