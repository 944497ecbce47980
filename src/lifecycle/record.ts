import type { Context } from '../context.ts';
import type { RenderedRequest } from '../domain/envelope.ts';
import { holds, type Scope } from '../domain/expression.ts';
import { type Answer, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import type { Action, OfferedAction, RequestTemplate } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { renderJson, renderPath, renderText } from '../domain/template.ts';
import { RetryLater } from '../errors.ts';

/** The system of record could not be read now; whoever asked tries again later. */
export class SystemAway extends RetryLater {
  readonly code = 'system_away';
}

export function renderRequest(template: RequestTemplate, scope: Scope): RenderedRequest {
  if ('method' in template) {
    const body = template.body === undefined ? undefined : renderJson(template.body, scope);
    return { method: template.method, path: renderPath(template.path, scope), body };
  }
  if ('tool' in template) return { tool: template.tool, arguments: renderTree(template.arguments, scope) };
  if ('event' in template) return { event: template.event, data: renderTree(template.data, scope) };
  return { instructions: renderText(template.instructions, scope) };
}

function renderTree(template: JsonObject, scope: Scope): JsonObject {
  const rendered = renderJson(template, scope);
  return isObject(rendered) ? rendered : {};
}

export type Look =
  | { readonly outcome: 'seen'; readonly record: JsonObject | null }
  | { readonly outcome: 'blocked'; readonly because: string };

/** Reads the record as the system has it now. Throws {@link SystemAway} if it can't be read now; a plain no blocks. */
export async function lookAtRecord(
  context: Context,
  offered: OfferedAction,
  proposal: Pick<Proposal, 'input' | 'account'>,
): Promise<Look> {
  const { system, action } = offered;
  if (!action.before) return { outcome: 'seen', record: null };
  const request = renderRequest(action.before, { input: proposal.input, account: proposal.account });
  const answer = await context.connectorOf(system).read(request);
  const verdict = judgeAnswer(answer);
  if (verdict === 'done' && answer.kind === 'answered' && isObject(answer.body))
    return { outcome: 'seen', record: answer.body };
  const said = describeAnswer(answer);
  if (verdict === 'refused')
    return { outcome: 'blocked', because: `${system.title} can't show the record: ${said}` };
  throw new SystemAway(`${system.title} can't be read now: ${said}`, retryAfter(answer));
}

function retryAfter(answer: Answer): number | undefined {
  return answer.kind === 'answered' ? answer.retryAfterMs : undefined;
}

/** What the system of record objects to; undefined: nothing. A condition that can't be evaluated does not hold. */
export function objection(action: Action, scope: Scope): string | undefined {
  for (const requirement of action.require) {
    try {
      if (holds(requirement.that, scope)) continue;
      return renderText(requirement.otherwise, scope);
    } catch {
      return `The record does not show that ${requirement.that}`;
    }
  }
  return undefined;
}

/** The fields of a record that the action lets people see. */
export function shownOf(action: Action, record: JsonObject | null): JsonObject {
  return Object.fromEntries(action.show.map((field) => [field, record?.[field] ?? null]));
}
