import type { SealedEvent } from './audit-row.ts';

/** One thing that is not as it was. `seal` and `position` say where in the log, as far as that can be known. */
export interface Finding {
  readonly kind:
    | 'row_changed'
    | 'row_gone'
    | 'row_misdated'
    | 'seal_broken'
    | 'head_differs'
    | 'log_shorter'
    | 'other_log'
    | 'signature'
    | 'gap'
    | 'events'
    | 'decision'
    | 'execution'
    | 'digest'
    | 'value'
    | 'retired';
  readonly says: string;
  readonly seal?: number;
  readonly position?: number;
  readonly stream?: string;
  readonly seq?: number;
  readonly at?: string;
}

export function rowChanged(event: SealedEvent, seal: number): Finding {
  return {
    ...placeOf(event, seal),
    kind: 'row_changed',
    says: `${nameOf(event)} is not what seal ${seal} holds: it was changed or added`,
  };
}

export function rowMisdated(event: SealedEvent, seal: number, since: Date): Finding {
  return {
    ...placeOf(event, seal),
    kind: 'row_misdated',
    says: `${nameOf(event)} says another time than it was recorded at, which was after ${since.toISOString()} (seal ${seal})`,
  };
}

export function rowsGone(seal: number, position: number, count: number): Finding {
  const what = count === 1 ? 'a row' : `${count} rows`;
  return {
    kind: 'row_gone',
    says: `${what} of seal ${seal} ${count === 1 ? 'is' : 'are'} gone, the first at position ${position}`,
    seal,
    position,
  };
}

function placeOf(
  { stream, seq, at }: SealedEvent,
  seal: number,
): Pick<Finding, 'seal' | 'stream' | 'seq' | 'at'> {
  return { seal, stream, seq, at };
}

function nameOf({ type, stream, seq, at, number }: SealedEvent): string {
  return `${type} (event ${seq} of ${number ? `#${number}, ` : ''}stream ${stream}, ${at})`;
}
