import { type RequestTemplate, readsThrough } from '../domain/connector-config.ts';
import { inputProblems } from '../domain/input-schema.ts';
import { isObject, type Json } from '../domain/json.ts';
import type { Action, DrilledAction, Sandbox, System } from '../domain/manifest.ts';
import { renderJson } from '../domain/template.ts';
import { checkEncrypted, HEADS, kindOf, placeOf } from './check-connectors.ts';
import type { Drafts } from './drafts.ts';
import { hint } from './hint.ts';
import type { Path } from './problem.ts';
import type { Source } from './source.ts';

const AT = ['connector', 'sandbox'];

/** No sandbox is a live system, and what a drill writes there is an action's own input. */
export function checkSandboxes(drafts: Drafts): void {
  const live = drafts.systems.flatMap(({ value }) => {
    const remote = readsThrough(value.connector);
    const place = remote && placeOf(remote);
    return place ? [{ system: value.id, address: place.address }] : [];
  });
  for (const { source, value } of drafts.systems) {
    if (!value.sandbox) continue;
    checkAddress(source, value.sandbox, live);
    checkKind(source, [...AT, 'reset'], value.sandbox.reset, value);
    for (const [id, drilled] of Object.entries(value.sandbox.drill)) checkDrilled(source, value, id, drilled);
  }
}

function checkAddress(
  source: Source,
  { system }: Sandbox,
  live: readonly { readonly system: string; readonly address: string }[],
): void {
  const remote = readsThrough(system.connector);
  const place = remote && placeOf(remote);
  if (!place) return;
  const same = live.find((each) => each.address === place.address);
  if (same)
    source.report([...AT, place.key], `is the live address of ${same.system}: a drill would write for real`);
  checkEncrypted(source, remote, AT);
}

function checkKind(
  source: Source,
  path: Path,
  request: RequestTemplate | undefined,
  { connector }: System,
): void {
  if (request && kindOf(request) !== connector.type)
    source.report(path, `must be ${HEADS[connector.type]}`, 'error', 'key');
}

function checkDrilled(source: Source, system: System, id: string, drilled: DrilledAction): void {
  const { actions } = system;
  const at = [...AT, 'drill', id];
  const action = Object.hasOwn(actions, id) ? actions[id] : undefined;
  if (!action) {
    source.report(at, `names no action${hint(id, Object.keys(actions))}`, 'error', 'key');
    return;
  }
  const { edit } = drilled;
  if (action.undo && !edit)
    source.report(at, 'must have an edit: what somebody else does to the record', 'error', 'key');
  checkKind(source, [...at, 'edit'], edit, system);
  const wrong = wrongWith(action, drilled.input);
  if (wrong) source.report([...at, 'input'], wrong, 'error', 'key');
}

/** The first write's input, against the action's own schema; what can't be rendered is reported as an expression. */
function wrongWith({ input }: Action, template: Json): string | undefined {
  try {
    const rendered = renderJson(template, { n: 0n });
    const [problem] = inputProblems(input, isObject(rendered) ? rendered : {});
    return problem && `is no input of the action: ${problem.pointer} ${problem.detail}`;
  } catch {
    return undefined;
  }
}
