import type { ViewSubmitAction } from '@slack/bolt';
import { type CardRef, decodeCardRef } from './card-ref.ts';
import type { Clicker } from './click.ts';

/** A window that somebody sent off. */
export interface Submission {
  readonly kind: string;
  readonly by: Clicker;
  /** What it was opened with. */
  readonly metadata: string;
  /** The card that it was opened from. */
  readonly card: CardRef | undefined;
  /** What was typed; empty if nothing was. */
  valueOf(blockId: string, actionId: string): string;
  /** Who was chosen; empty if nobody was. */
  userOf(blockId: string, actionId: string): string;
  /** The values of the options that were chosen. */
  chosenOf(blockId: string, actionId: string): readonly string[];
}

export function submissionOf({ user, team, view }: ViewSubmitAction): Submission {
  return {
    kind: view.callback_id,
    by: { teamId: user.team_id ?? team?.id ?? '', userId: user.id },
    metadata: view.private_metadata,
    card: decodeCardRef(view.private_metadata),
    valueOf: (blockId, actionId) => view.state.values[blockId]?.[actionId]?.value ?? '',
    userOf: (blockId, actionId) => view.state.values[blockId]?.[actionId]?.selected_user ?? '',
    chosenOf: (blockId, actionId) =>
      (view.state.values[blockId]?.[actionId]?.selected_options ?? []).map(({ value }) => value),
  };
}
