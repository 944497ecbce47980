import { z } from 'zod';

/** What goes wrong with a call of the app to Slack … */
const incoming = [
  'rate_limited',
  'error_before',
  'error_after',
  'drop_before',
  'drop_after',
  'latency',
  'refuse',
] as const;
/** … and with a request of Slack to the app. */
const outgoing = [
  'duplicate',
  'future_timestamp',
  'old_timestamp',
  'bad_signature',
  'truncated_body',
  'hold',
  'late',
] as const;

export const faultSchema = z.strictObject({
  kind: z.enum([...incoming, ...outgoing]),
  /** A Web API method, or the name of what is sent: "block_actions", "/agent", "app_home_opened". Absent: any. */
  method: z.string().optional(),
  channel: z.string().optional(),
  /** How often it strikes; absent: until it is cleared. */
  times: z.int().min(1).optional(),
  /** Seconds, for `rate_limited`. */
  retryAfter: z.number().optional(),
  /** For `latency` and `late`. */
  ms: z.number().optional(),
  /** For `refuse`: "invalid_auth", "token_revoked", … */
  error: z.string().optional(),
});

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

export interface Faults {
  /** Requests that wait until the next one went out (`hold`): reordered delivery. */
  readonly held: (() => void)[];
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** The first fault of these kinds that applies; it counts as one of its times. */
  take(kinds: readonly FaultKind[], method: string, channel: string | undefined): Fault | undefined;
}

export const incomingFaults: readonly FaultKind[] = incoming;

export function createFaults(): Faults {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    held: [],
    add: (fault) => void faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    clear: () => {
      faults = [];
    },
    list: () => faults.map((each) => each.fault),
    take(kinds, method, channel) {
      const found = faults.find(
        ({ fault }) =>
          kinds.includes(fault.kind) &&
          (fault.method === undefined || fault.method === method) &&
          (fault.channel === undefined || fault.channel === channel),
      );
      if (!found) return undefined;
      found.left -= 1;
      faults = faults.filter((each) => each.left > 0);
      return found.fault;
    },
  };
}
