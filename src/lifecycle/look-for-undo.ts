import type { Context } from '../context.ts';
import type { RenderedRequest } from '../domain/envelope.ts';
import { type Answer, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { OfferedAction, Undo } from '../domain/manifest.ts';
import { undoScope, type Written } from '../domain/undo.ts';
import { SystemAway } from './pace.ts';
import { renderRequest } from './record.ts';

/** What a write would be undone with: rendered from what the executor kept, and from nothing else. */
export function renderUndo(undo: Undo, written: Written): RenderedRequest {
  return renderRequest(undo.request, undoScope(written));
}

export type UndoLook =
  | { readonly outcome: 'seen'; readonly now: JsonObject | null }
  /** The system shows no such record any more. */
  | { readonly outcome: 'gone'; readonly why: string };

/** Reads the record that is to be undone as it is now. Throws {@link SystemAway} if it can't be read now. Asks for no leave. */
export async function lookForUndo(
  context: Context,
  { system }: OfferedAction,
  undo: Undo,
  written: Written,
): Promise<UndoLook> {
  if (!undo.read) return { outcome: 'seen', now: null };
  const request = renderRequest(undo.read, undoScope(written));
  const answer: Answer = await context.connectorOf(system).read(request);
  const verdict = judgeAnswer(answer);
  if (verdict === 'done' && answer.kind === 'answered' && isObject(answer.body))
    return { outcome: 'seen', now: answer.body };
  const said = describeAnswer(answer);
  if (verdict === 'refused')
    return { outcome: 'gone', why: `${system.title} can't show it any more: ${said}` };
  const retryMs = answer.kind === 'answered' ? answer.retryAfterMs : undefined;
  throw new SystemAway(`${system.title} can't be read now: ${said}`, retryMs);
}
