import { formatDuration } from './duration.ts';

/** How people decided on one agent's proposals: who approves all of them in no time may not read them. */
export interface DecidingPace {
  readonly agent: string;
  readonly decided: number;
  readonly approved: number;
  /** Decided within {@link QUICK_MS} of being asked. */
  readonly quick: number;
  /** Half of them were decided within it. */
  readonly medianMs: number;
}

export const PACE_DAYS = 7;
export const QUICK_MS = 5_000;

/** `60 decided by people in 7 days, 98 % approved, half of them within 4 seconds; 41 within 5 seconds of being asked` */
export function tellPace({ decided, approved, quick, medianMs }: DecidingPace): string {
  const rate = Math.floor((100 * approved) / decided);
  const half = formatDuration(Math.max(1_000, medianMs));
  const fast = quick > 0 ? `; ${quick} within ${formatDuration(QUICK_MS)} of being asked` : '';
  return `${decided} decided by people in ${PACE_DAYS} days, ${rate} % approved, half of them within ${half}${fast}`;
}
