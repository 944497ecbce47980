import type { Proposal } from '../../domain/proposal.ts';
import { loggable } from '../../logger.ts';
import { enqueue } from '../../store/outbox.ts';
import { getProposal } from '../../store/proposals.ts';
import { decisionCard, type Recorded, recordingCard } from '../cards/decision-card.ts';
import { copyFor } from '../copy-for.ts';
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

export function startRecording(
  session: Session,
  click: Click,
  { view, target }: KnownCard,
  what: Recorded,
): Recording {
  const { context } = session;
  const { id } = view.proposal;
  let shown: Promise<void> | undefined;

  async function showNow(personName: string): Promise<void> {
    const [copy] = await Promise.all([
      copyFor(session, view, target),
      enqueue(context.database, [{ topic: 'card', ref: id, afterMs: BACK_MS }]),
    ]);
    await click.replace(recordingCard(copy, personName, what));
  }

  return {
    show(personName) {
      shown ??= showNow(personName).catch((error: unknown) =>
        context.log.warn({ err: loggable(error) }, 'slack.recording_not_shown'),
      );
    },
    async settle(decided) {
      if (!shown && !decided) return;
      await shown;
      const proposal = decided ?? (await getProposal(context.database, id));
      await click.replace(decisionCard(await copyFor(session, { ...view, proposal }, target)));
      const now = await getProposal(context.database, id);
      if (now.version === proposal.version && now.paused === proposal.paused) return;
      // The outbox has the last word if the proposal moved on while this one was shown.
      await enqueue(context.database, [{ topic: 'card', ref: id }]);
    },
  };
}
