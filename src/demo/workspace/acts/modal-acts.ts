import { modalsChanged } from '../announce.ts';
import { elementsOf, inputErrors, stateOf } from '../blocks/element-state.ts';
import { isObject, type JsonObject, parseJson, stringIn } from '../json.ts';
import { checkView, closeModal, pushModal, replaceView } from '../modals.ts';
import { deliver } from '../outgoing/deliver.ts';
import { viewClosed, viewSubmission } from '../outgoing/payloads.ts';
import type { Act, ActResult } from '../protocol.ts';
import type { Person, View } from '../state.ts';
import { Refusal } from '../web-api/call.ts';
import type { World } from '../world.ts';
import { sentences } from './sentences.ts';

type Submit = Extract<Act, { act: 'submit' }>;
type Close = Extract<Act, { act: 'close' }>;

const gone: ActResult = { ok: false, problem: 'This view is not there any more.' };

function openView(world: World, person: Person, id: string): View | undefined {
  const view = world.state.views[id];
  return view?.user === person.id && view.type === 'modal' ? view : undefined;
}

export async function submit(world: World, person: Person, act: Submit): Promise<ActResult> {
  const view = openView(world, person, act.viewId);
  if (!view) return gone;
  view.values = stateOf(view.blocks, { ...view.values, ...act.values });
  const errors = inputErrors(view.blocks, view.values);
  if (Object.keys(errors).length > 0) return withErrors(world, view, errors);
  const reply = await deliver(world, {
    type: 'interactive',
    name: 'view_submission',
    payload: viewSubmission(world, person.id, view),
    url: world.app.settings.interactivity?.request_url,
  });
  const isOk = reply.kind === 'answered' && reply.status >= 200 && reply.status < 300;
  if (!isOk) return troubled(world, view);
  return answered(world, person, view, reply.body);
}

function answered(world: World, person: Person, view: View, body: string): ActResult {
  const answer = body.trim() ? parseJson(body) : {};
  if (!isObject(answer)) return troubled(world, view, 'the body is not JSON');
  const action = answer.response_action;
  if (action === undefined && Object.keys(answer).length > 0)
    return troubled(world, view, 'no response_action');
  try {
    return react(world, person, view, stringIn(action), answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return troubled(world, view, error.code, error.extra);
  }
}

function react(world: World, person: Person, view: View, action: string, answer: JsonObject): ActResult {
  switch (action) {
    case '':
      closeModal(world, view, false);
      return { ok: true };
    case 'clear':
      closeModal(world, view, true);
      return { ok: true };
    case 'update':
      replaceView(world, view, checkView(answer.view ?? null, 'modal'));
      return { ok: true };
    case 'push':
      pushModal(world, person.id, checkView(answer.view ?? null, 'modal'));
      return { ok: true };
    case 'errors':
      return fieldErrors(world, view, answer);
    default:
      return troubled(world, view, `unknown response_action ${action}`);
  }
}

/** Errors have to name input blocks; anything else is an answer that Slack cannot read. */
function fieldErrors(world: World, view: View, answer: JsonObject): ActResult {
  const inputs = new Set(
    elementsOf(view.blocks)
      .filter(({ block }) => block.type === 'input')
      .map(({ block }) => block.block_id),
  );
  const entries = isObject(answer.errors) ? Object.entries(answer.errors) : [];
  const fits =
    entries.length > 0 && entries.every(([id, text]) => inputs.has(id) && typeof text === 'string');
  if (!fits) return troubled(world, view, 'errors must name input blocks');
  return withErrors(world, view, Object.fromEntries(entries.map(([id, text]) => [id, stringIn(text)])));
}

function withErrors(world: World, view: View, errors: Record<string, string>): ActResult {
  view.errors = errors;
  view.problem = null;
  modalsChanged(world, view.user);
  return { ok: false, problem: '', errors };
}

function troubled(world: World, view: View, finding = '', extra: JsonObject = {}): ActResult {
  view.errors = {};
  view.problem = { blockId: '', actionId: '', text: sentences.trouble };
  modalsChanged(world, view.user);
  if (finding)
    world.log.begin({
      at: world.clock.now(),
      direction: 'in',
      transport: 'http',
      name: 'view_submission answer',
      method: 'POST',
      url: '',
      requestBody: JSON.stringify(extra, null, 2),
      findings: [finding],
    })({ latencyMs: 0, status: null, ok: false, error: finding, responseBody: '' });
  return { ok: false, problem: sentences.trouble };
}

/** view_closed is sent for each view that asked for it; nobody waits for the answer. */
export function close(world: World, person: Person, act: Close): ActResult {
  const view = openView(world, person, act.viewId);
  if (!view) return gone;
  const all = act.all === true || view.clearOnClose;
  for (const each of closeModal(world, view, all).filter((closed) => closed.notifyOnClose))
    void deliver(world, {
      type: 'interactive',
      name: 'view_closed',
      payload: viewClosed(world, person.id, each, all),
      url: world.app.settings.interactivity?.request_url,
    });
  return { ok: true };
}
