import type { RequestTemplate } from '../domain/connector-config.ts';
import type { Action } from '../domain/manifest.ts';
import { classOf, hiddenFields } from '../domain/personal-fields.ts';
import { referencesOf } from '../domain/references.ts';
import { expressionsIn } from '../domain/template.ts';
import type { Drafts } from './drafts.ts';
import type { Path } from './problem.ts';
import { headOf } from './request-schema.ts';
import type { Source } from './source.ts';

/** Personal fields stand only where they can be hidden and erased. */
export function checkFields(drafts: Drafts): void {
  for (const { source, value: system } of drafts.systems)
    for (const action of Object.values(system.actions))
      if (Object.keys(action.fields).length > 0) checkAction(source, action);
}

const FOR_GOOD = 'which is personal: this text is kept for good, so nothing personal may stand in it';
const COLUMN = 'which is personal: who or how much it is about is kept for good and shown to everybody';
const BY_HAND = 'which who does it by hand has to read: it can only be `show`';
const PATH =
  'which is not shown: a path stands in receipts and in the logs of every proxy. Put it in the body';

function checkAction(source: Source, action: Action): void {
  const at = ['actions', action.id];
  const hidden = hiddenFields(action);
  const personal = Object.keys(action.fields);
  const check = (path: Path, expressions: readonly string[], among: readonly string[], why: string) => {
    const name = expressions.map((each) => readAmong(each, among)).find((each) => each !== undefined);
    if (name !== undefined) source.report([...at, ...path], `uses ${name}, ${why}`);
  };
  check(['account'], [action.account], personal, COLUMN);
  check(['impact'], [action.impact], personal, COLUMN);
  check(['summary'], expressionsIn(action.summary), personal, FOR_GOOD);
  for (const [index, { otherwise }] of action.require.entries())
    check(['require', index, 'else'], expressionsIn(otherwise), personal, FOR_GOOD);
  const checkRequest = (path: Path, request: RequestTemplate | undefined) => {
    if (!request) return;
    const head = [...path, headOf(request)];
    if ('instructions' in request) check(head, expressionsIn(request.instructions), hidden, BY_HAND);
    if ('path' in request) check(head, expressionsIn(request.path), hidden, PATH);
  };
  checkRequest(['do'], action.request);
  checkRequest(['undo', 'do'], action.undo?.request);
  for (const [index, name] of action.editable.entries()) {
    if (!hidden.includes(name)) continue;
    const kind = classOf(action.fields, name);
    source.report([...at, 'editable', index], `is ${kind} in fields: nobody changes what they do not see`);
  }
}

/** The first of these fields that an expression reads; an expression that does not parse is reported elsewhere. */
function readAmong(expression: string, among: readonly string[]): string | undefined {
  try {
    const { fields } = referencesOf(expression);
    return fields.has('*') ? among[0] : among.find((name) => fields.has(name));
  } catch {
    return undefined;
  }
}
