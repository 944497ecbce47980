import { nearest } from '../domain/nearest.ts';
import { PROPOSAL_STATES, type ProposalState } from '../domain/proposal.ts';
import type { Read } from './answer.ts';
import { LIMITS } from './limits.ts';
import { problem } from './problem.ts';

export type Until = 'judged' | 'decided' | 'settled';
const UNTIL: readonly Until[] = ['judged', 'decided', 'settled'];

/** How long an answer may be held, and until when. */
export interface Hold {
  readonly waitMs: number;
  readonly until: Until | { readonly afterVersion: number };
}

function refuse<T>(detail: string): Read<T> {
  return { ok: false, refusal: problem('bad-request', detail) };
}

/** What is asked once at most, of what is known; else a refusal that names the nearest. */
export function readQuery(query: URLSearchParams, known: readonly string[]): Read<Map<string, string>> {
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    if (!known.includes(name)) {
      const meant = nearest(name.slice(0, 60), known);
      const hint = meant ? `did you mean "${meant}"?` : `known are: ${known.join(', ') || 'none'}.`;
      return refuse(`"${name.slice(0, 60)}" is not known in the address; ${hint}`);
    }
    if (value.includes('\0')) return refuse(`"${name}" holds a NUL character.`);
    if (found.has(name)) return refuse(`"${name}" stands twice in the address.`);
    found.set(name, value);
  }
  return { ok: true, value: found };
}

export const HOLD_NAMES = ['wait', 'until', 'after_version'];

export function readHold(query: ReadonlyMap<string, string>, otherwise: Until): Read<Hold> {
  const wait = wholeNumber(query.get('wait') ?? '0', LIMITS.waitSeconds);
  if (wait === undefined) return refuse(`wait is a number of seconds from 0 to ${LIMITS.waitSeconds}.`);
  const [until, version] = [query.get('until'), query.get('after_version')];
  if (until !== undefined && version !== undefined)
    return refuse('until and after_version exclude each other: say one.');
  const waitMs = wait * 1_000;
  if (version !== undefined) {
    const afterVersion = wholeNumber(version, Number.MAX_SAFE_INTEGER);
    if (afterVersion === undefined)
      return refuse('after_version is a whole number: the version that you have.');
    return { ok: true, value: { waitMs, until: { afterVersion } } };
  }
  const named = UNTIL.find((each) => each === (until ?? otherwise));
  return named
    ? { ok: true, value: { waitMs, until: named } }
    : refuse(`until is one of ${UNTIL.join(', ')}.`);
}

export interface Listing {
  readonly states: readonly ProposalState[] | undefined;
  readonly account: string | undefined;
  readonly since: Date | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

export const LIST_NAMES = ['state', 'account', 'since', 'cursor', 'limit'];
const DEFAULT_LIMIT = 20;

export function readListing(query: ReadonlyMap<string, string>): Read<Listing> {
  const limit = wholeNumber(query.get('limit') ?? String(DEFAULT_LIMIT), LIMITS.listed);
  if (!limit) return refuse(`limit is a number from 1 to ${LIMITS.listed}.`);
  const cursor = query.get('cursor');
  const before = cursor === undefined ? undefined : wholeNumber(cursor, Number.MAX_SAFE_INTEGER);
  if (cursor !== undefined && before === undefined)
    return refuse('cursor is what next_cursor of the page before said.');
  const since = query.get('since');
  if (since !== undefined && !isInstant(since))
    return refuse('since is an instant such as 2026-11-23T14:30:00Z.');
  const states: ProposalState[] = [];
  for (const each of query.get('state')?.split(',') ?? []) {
    const state = PROPOSAL_STATES.find((known) => known === each);
    if (!state) return refuse(`state is one or more, with commas, of ${PROPOSAL_STATES.join(', ')}.`);
    states.push(state);
  }
  return {
    ok: true,
    value: {
      states: states.length > 0 ? states : undefined,
      account: query.get('account'),
      since: since === undefined ? undefined : new Date(since),
      before,
      limit,
    },
  };
}

function wholeNumber(text: string, most: number): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value <= most ? value : undefined;
}

function isInstant(text: string): boolean {
  return (
    /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
