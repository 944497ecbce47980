import type { Place } from './page-state.ts';

/** `?as=lea&at=C…|home|about`: a person and a place, so that a reload or a second tab finds them. */
export function readLocation(search: string): { as: string; place: Place | undefined } {
  const query = new URLSearchParams(search);
  return { as: query.get('as') ?? lastPerson(), place: readPlace(query.get('at') ?? '') };
}

const LAST = 'workspace-person';

/** A permalink names nobody: it opens as whoever was here last. */
function lastPerson(): string {
  return globalThis.localStorage?.getItem(LAST) ?? '';
}

export function rememberPerson(as: string): void {
  localStorage.setItem(LAST, as);
}

function readPlace(at: string): Place | undefined {
  if (at === 'home' || at === 'about') return { kind: at };
  return at === '' ? undefined : { kind: 'conversation', id: at };
}

export function writeLocation(as: string, place: Place): string {
  const at = place.kind === 'conversation' ? place.id : place.kind;
  return `?${new URLSearchParams({ as, at })}`;
}
