import type { Proposal } from './proposal.ts';

/** Of what nobody can say whether it happened, and the execution that a person's word is about. */
export interface Unknown {
  readonly what: 'write' | 'undo';
  /** Also the key that the system received. */
  readonly execution: string;
}

/** What of a proposal a person has to settle; undefined: its outcome is known, or still to come. */
export function unknownOf({
  state,
  execution,
  undoing,
}: Pick<Proposal, 'state' | 'execution' | 'undoing'>): Unknown | undefined {
  if (state === 'unknown' && execution) return { what: 'write', execution: execution.id };
  const isLost = state === 'executed' && undoing?.state === 'unknown';
  return isLost ? { what: 'undo', execution: undoing.id } : undefined;
}

/** What a person's word came to. */
export function resolvedWords(number: number, what: Unknown['what'], happened: boolean): string {
  if (what === 'undo')
    return happened
      ? `#${number} is recorded as undone.`
      : `#${number} is recorded as not undone: it stands as it was written, and another rollback may try again.`;
  return happened
    ? `#${number} is recorded as written.`
    : `#${number} is recorded as failed: it is not tried again, the agent may propose it anew.`;
}
