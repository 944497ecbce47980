/** What goes wrong, before or after the effect. `hang` never answers; `drop` resets the connection. */
export type Fault =
  | { latencyMs: number }
  | { when: 'before' | 'after'; answer: 'hang' | 'drop' | { status: number; retryAfterSeconds?: number } };

/** `on` is matched against `POST /refunds`, path without query; `times` runs out and then all is well again. */
export type FaultScope = { on?: RegExp; times?: number };

export type InjectedFaults = {
  inject(fault: Fault, scope?: FaultScope): void;
  /** Those that meet this request, in the order they were injected. */
  take(request: string): Fault[];
  clear(): void;
};

export function createFaults(): InjectedFaults {
  let injected: { fault: Fault; on: RegExp; left: number }[] = [];
  return {
    inject: (fault, { on = /^/, times = Number.POSITIVE_INFINITY } = {}) => {
      injected.push({ fault, on, left: times });
    },
    take: (request) => {
      const met = injected.filter(({ on }) => on.test(request));
      for (const entry of met) entry.left -= 1;
      injected = injected.filter(({ left }) => left > 0);
      return met.map(({ fault }) => fault);
    },
    clear: () => {
      injected = [];
    },
  };
}
