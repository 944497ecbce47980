import { addTime, type WorkClock } from './clock.ts';
import type { EscalationStep, Organisation, Tier } from './manifest.ts';

/** From when it commits, by the database's clock; or an instant that was worked out from the database's time. */
export type Moment = { readonly inMs: number } | { readonly at: Date };

export interface Deadlines {
  /** By when somebody should have decided; undefined: the tier has no SLA. */
  readonly due: Moment | undefined;
  readonly expires: Moment;
  readonly steps: readonly { readonly due: Moment; readonly step: EscalationStep }[];
}

/** The zone and hours in which a tier's SLA runs; undefined: by the calendar. */
export function clockOf(
  tier: Pick<Tier, 'clock'>,
  { businessHours: hours, timezone }: Pick<Organisation, 'businessHours' | 'timezone'>,
): WorkClock | undefined {
  return tier.clock === 'business' && hours ? { hours, timezone } : undefined;
}

/** `now` is the database's, and only needed where the tier keeps business hours. */
export function deadlinesOf(
  tier: Pick<Tier, 'clock' | 'slaMs' | 'expiresMs' | 'escalate'>,
  organisation: Pick<Organisation, 'businessHours' | 'timezone'>,
  now: Date | undefined,
): Deadlines {
  const clock = clockOf(tier, organisation);
  const { slaMs, expiresMs } = tier;
  const after = (ms: number): Moment => {
    if (!clock) return { inMs: ms };
    if (!now) throw new Error('business hours are counted from the database’s time');
    return { at: addTime(now, ms, clock) };
  };
  return {
    due: slaMs === undefined ? undefined : after(slaMs),
    expires: expiryOf(after, slaMs ?? 0, expiresMs),
    steps: tier.escalate.map((step) => ({ due: after(step.afterMs), step })),
  };
}

/** What is left after the SLA is left also where business hours stretch it: nothing expires before it is late. */
function expiryOf(after: (ms: number) => Moment, slaMs: number, expiresMs: number): Moment {
  const due = after(slaMs);
  return 'at' in due ? { at: addTime(due.at, expiresMs - slaMs) } : { inMs: expiresMs };
}
