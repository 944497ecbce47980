import type { Manifests } from './manifest.ts';

const DAY_MS = 86_400_000;

/** A day that somebody named in a manifest and that is over. */
export interface Overdue {
  /** The system's, or the agent's. */
  readonly name: string;
  /** `rotation`: its credential or key was to be another one by then. `by_hand`: it was to have a connector by then. */
  readonly what: 'rotation' | 'by_hand';
  readonly since: Date;
}

/** The days of the manifests that are over: a secret is due so long after its last rotation, and a person writes until then. */
export function overdueDates(
  { systems, agents }: Pick<Manifests, 'systems' | 'agents'>,
  now: Date,
): Overdue[] {
  const due = [
    ...Object.values(systems).flatMap(({ id, credential, connector }) => [
      ...rotation(id, credential?.lastRotated, credential?.rotateEveryMs),
      // The day itself is still in it.
      ...(connector.type === 'manual' ? [overdue(id, 'by_hand', connector.until, DAY_MS)] : []),
    ]),
    ...Object.values(agents).flatMap(({ id, keyRotation }) =>
      rotation(id, keyRotation?.lastRotated, keyRotation?.everyMs),
    ),
  ];
  return due.filter(({ since }) => since <= now);
}

function rotation(name: string, last: string | undefined, everyMs: number | undefined): Overdue[] {
  return last === undefined || everyMs === undefined ? [] : [overdue(name, 'rotation', last, everyMs)];
}

function overdue(name: string, what: Overdue['what'], day: string, afterMs: number): Overdue {
  return { name, what, since: new Date(Date.parse(day) + afterMs) };
}
