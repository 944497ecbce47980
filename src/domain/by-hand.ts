import type { RenderedRequest } from './envelope.ts';
import type { Proposal } from './proposal.ts';

/** What a person is to do by hand now: the write, or what undoes it; undefined: nothing. */
export function handWork({
  state,
  undoing,
}: Pick<Proposal, 'state' | 'undoing'>): 'write' | 'undo' | undefined {
  if (state === 'awaiting_manual') return 'write';
  const given = state === 'executed' && undoing?.state === 'started';
  return given && 'instructions' in undoing.request ? 'undo' : undefined;
}

/** The instructions among what could be asked of a system; undefined: it is asked otherwise. */
export function instructionsOf(request: RenderedRequest | undefined): string | undefined {
  return request && 'instructions' in request ? request.instructions : undefined;
}
