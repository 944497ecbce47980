import type { Manifests } from './manifest.ts';

const DAY_MS = 86_400_000;

/** A day that somebody named in a manifest and that is over. */
export interface Overdue {
  readonly system: string;
  /** `rotation`: its credential was to be another one by then. `by_hand`: it was to have a connector by then. */
  readonly what: 'rotation' | 'by_hand';
  readonly since: Date;
}

/** The days of the systems' manifests that are over: a credential is due so long after its last rotation, and a person writes until then. */
export function overdueDates({ systems }: Pick<Manifests, 'systems'>, now: Date): Overdue[] {
  return Object.values(systems).flatMap(({ id, credential, connector }): Overdue[] => {
    const due: Overdue[] = [];
    const { lastRotated, rotateEveryMs } = credential ?? {};
    if (lastRotated !== undefined && rotateEveryMs !== undefined)
      due.push({ system: id, what: 'rotation', since: new Date(Date.parse(lastRotated) + rotateEveryMs) });
    // The day itself is still in it.
    if (connector.type === 'manual')
      due.push({ system: id, what: 'by_hand', since: new Date(Date.parse(connector.until) + DAY_MS) });
    return due.filter(({ since }) => since <= now);
  });
}
