import type { JsonObject } from '../../domain/json.ts';
import { isOpen } from '../../domain/proposal.ts';
import type { CardView } from './card-view.ts';
import { formatCount } from './format-count.ts';
import { valueText } from './input-facts.ts';
import { limits } from './limits.ts';
import { bold, type Piece } from './pieces.ts';

export interface RecordFacts {
  readonly title: string;
  readonly lines: readonly (readonly Piece[])[];
}

/** What the system of record said of the fields that people may see, before and, once it is written, after. */
export function recordLines({ proposal, offered }: CardView): RecordFacts {
  const { action, system } = offered;
  const before = proposal.execution?.before ?? proposal.before;
  const after = proposal.execution?.after ?? null;
  if (!before && !after) return { title: '', lines: [] };
  const shown = action.show.slice(0, limits.shown.fields);
  const more = action.show.length - shown.length;
  return {
    title: `${system.title}${after ? ', before → after' : isOpen(proposal.state) ? ' says now' : ' said before'}`,
    lines: [
      ...shown.map((name) => changeLine(name, before, after)),
      ...(more > 0 ? [[`… ${formatCount(more, 'more field')}`]] : []),
    ],
  };
}

function changeLine(name: string, before: JsonObject | null, after: JsonObject | null): Piece[] {
  const then: Piece[] = after ? [' → ', bold(textOf(after, name), limits.shown.text)] : [];
  return [bold(name, limits.name), ': ', { said: textOf(before, name), max: limits.shown.text }, ...then];
}

function textOf(record: JsonObject | null, name: string): string {
  const value = record && Object.hasOwn(record, name) ? record[name] : undefined;
  return value === undefined || value === null ? 'not known' : valueText(value, { type: 'string' });
}
