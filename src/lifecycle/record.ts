import type { Context } from '../context.ts';
import type { RequestTemplate } from '../domain/connector-config.ts';
import type { RenderedRequest, ToolPin } from '../domain/envelope.ts';
import { evaluate, fromCel, holds, type Scope } from '../domain/expression.ts';
import { type Answer, describeAnswer, judgeAnswer } from '../domain/handoff.ts';
import { isObject, type JsonObject } from '../domain/json.ts';
import { TooLongToLoop } from '../domain/loops.ts';
import type { Action, OfferedAction, System } from '../domain/manifest.ts';
import type { Proposal } from '../domain/proposal.ts';
import { renderJson, renderPath, renderText } from '../domain/template.ts';
import { SystemAway } from './pace.ts';

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
  | {
      readonly outcome: 'seen';
      readonly record: JsonObject | null;
      /** What the write is made with, where that can change by itself. */
      readonly pin: ToolPin | undefined;
    }
  | { readonly outcome: 'blocked'; readonly because: string };

/**
 * Reads the record as the system has it now, and what a write would be made with. Throws {@link SystemAway} if it can't be read now; a
 * plain no blocks. Asks for no leave: that is taken for all calls of an attempt at once.
 */
export async function lookAtRecord(
  context: Context,
  offered: OfferedAction,
  proposal: Pick<Proposal, 'input' | 'account'>,
): Promise<Look> {
  const { system, action } = offered;
  const connector = context.connectorOf(system);
  const pinned =
    'tool' in action.request && connector.pin
      ? settle(system, await connector.pin({ tool: action.request.tool, arguments: {} }, action.scope))
      : undefined;
  if (pinned?.outcome === 'blocked') return pinned;
  const pin = pinned && pinOf(pinned.body);
  if (!action.before) return { outcome: 'seen', record: null, pin };
  const request = renderRequest(action.before, { input: proposal.input, account: proposal.account });
  const seen = settle(system, await connector.read(request));
  return seen.outcome === 'blocked' ? seen : { outcome: 'seen', record: seen.body, pin };
}

type Settled =
  | { readonly outcome: 'seen'; readonly body: JsonObject }
  | Extract<Look, { outcome: 'blocked' }>;

function settle(system: System, answer: Answer): Settled {
  const verdict = judgeAnswer(answer);
  if (verdict === 'done' && answer.kind === 'answered' && isObject(answer.body))
    return { outcome: 'seen', body: answer.body };
  const said = describeAnswer(answer);
  if (verdict === 'refused')
    return { outcome: 'blocked', because: `${system.title} can't show the record: ${said}` };
  throw new SystemAway(`${system.title} can't be read now: ${said}`, retryAfter(answer));
}

function pinOf({ server, schema }: JsonObject): ToolPin | undefined {
  return typeof server === 'string' && typeof schema === 'string' ? { server, schema } : undefined;
}

/** How many calls {@link lookAtRecord} makes. */
export function looksOf({ before, request }: Action): number {
  return (before ? 1 : 0) + ('tool' in request ? 1 : 0);
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
    } catch (error) {
      if (error instanceof TooLongToLoop) return `It can't be judged: ${error.message}`;
      return `The record does not show that ${requirement.that}`;
    }
  }
  return undefined;
}

/** The fields of a record that the action lets people see. */
export function shownOf(action: Action, record: JsonObject | null): JsonObject {
  return Object.fromEntries(action.show.map((field) => [field, record?.[field] ?? null]));
}

/** Why what must not change can't be told from this record; undefined: it can, or nothing must. */
export function whyIncomparable(action: Action, scope: Scope): string | undefined {
  try {
    mustNotChange(action, scope);
    return undefined;
  } catch (error) {
    if (error instanceof TooLongToLoop) return `It can't be judged: ${error.message}`;
    const missing = error instanceof Error ? /^No such key: (\w+)$/m.exec(error.message)?.[1] : undefined;
    const why = missing === undefined ? '' : `: it has no ${missing}`;
    return `The record does not show ${action.unchanged}, which must stay the same until it is written${why}`;
  }
}

/** Whether what must not change is another by now; so it is where it can't be told. */
export function hasChanged(action: Action, then: Scope, now: Scope): boolean {
  try {
    return mustNotChange(action, then) !== mustNotChange(action, now);
  } catch {
    return true;
  }
}

/** As one text to be compared; undefined where nothing must stay the same. Throws where it can't be evaluated. */
function mustNotChange(action: Action, scope: Scope): string | undefined {
  if (action.unchanged === undefined) return undefined;
  return JSON.stringify(fromCel(evaluate(action.unchanged, scope))) ?? '';
}
