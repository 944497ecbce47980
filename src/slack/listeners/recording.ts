import type { Proposal } from '../../domain/proposal.ts';
import { loggable } from '../../logger.ts';
import { keepReply, releaseMessage } from '../../store/delivery.ts';
import { getProposal } from '../../store/proposals.ts';
import { decisionCard, type Recorded, recordingCard } from '../cards/decision-card.ts';
import { copyFor } from '../copy-for.ts';
import { contentDigest } from '../replace-message.ts';
import type { Session } from '../session.ts';
import type { Click } from './click.ts';
import type { KnownCard } from './look-at-card.ts';

/** What the clicked card shows while the click is recorded, and after. */
export interface Recording {
  /** Leaves a second click nothing to hit. If we stop before it is recorded, the outbox brings the card back. */
  show(personName: string): void;
  /** Shows what became of it; `decided` is undefined if nothing was recorded. */
  settle(decided: Proposal | undefined): Promise<void>;
}

const BACK_MS = 5_000;
/** Slack takes five; the click itself answers with up to three. */
export const LATER_USES = 2;

/**
 * While it is shown nobody else brings the clicked message up to date; what it shows in the end is remembered, so that the outbox has
 * the last word only where that is another.
 */
export function startRecording(
  session: Session,
  click: Click,
  { view, target, card }: KnownCard,
  what: Recorded,
): Recording {
  const { database, log } = session.context;
  const { channel, ts } = card;
  let shown: Promise<void> | undefined;

  async function showNow(personName: string): Promise<void> {
    const url = click.replyUrl;
    const [copy] = await Promise.all([
      copyFor(session, view, target),
      url && keepReply(database, { channel, ts, url, uses: LATER_USES }, BACK_MS),
    ]);
    await click.replace(recordingCard(copy, personName, what));
  }

  return {
    show(personName) {
      shown ??= showNow(personName).catch((error: unknown) =>
        log.warn({ err: loggable(error) }, 'slack.recording_not_shown'),
      );
    },
    async settle(decided) {
      if (!shown && !decided) return;
      await shown;
      const proposal = decided ?? (await getProposal(database, view.proposal.id));
      const message = decisionCard(await copyFor(session, { ...view, proposal }, target));
      const isShown = await click.replace(message);
      await releaseMessage(database, channel, ts, isShown ? contentDigest(message) : null);
    },
  };
}
