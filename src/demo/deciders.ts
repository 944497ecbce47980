import { setTimeout as delay } from 'node:timers/promises';
import type {
  Act,
  BlockView,
  ConversationView,
  ElementState,
  MessageView,
  ModalView,
  PersonView,
  StateValues,
  WorkspaceView,
} from './workspace/protocol.ts';

export type Verdict = 'approve' | 'reject';

/** The buttons that a person presses, by what they do; a second human agrees to what was approved. */
const BUTTONS: Record<Verdict, readonly string[]> = { approve: ['approve', 'agree'], reject: ['reject'] };
const REASON = 'Decided by a script: npm run demo -- --decide';
const EVERY_MS = 400;
/** How long somebody looks at what they pressed. */
const PATIENCE_MS = 2_000;

/**
 * People who decide by themselves, for an agent builder's own tests: they read their channels and press the buttons of the cards
 * there, through the workspace as anybody does. Who may not decide is told so, and the next one tries.
 */
export function startDeciders(options: {
  /** Of the local workspace. */
  readonly url: string;
  readonly verdict: Verdict;
  readonly log: (line: string) => void;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pressed = new Set<string>();
  const run = async () => {
    for (;;) {
      await round({ ...options, signal, pressed }).catch((error: unknown) => {
        if (!signal.aborted) options.log(`Nobody decides for now: ${String(error)}`);
      });
      await delay(EVERY_MS, undefined, { signal });
    }
  };
  const finished = run().catch(() => {});
  return {
    stop: () => {
      stopping.abort();
      return finished;
    },
  };
}

interface Round {
  readonly url: string;
  readonly verdict: Verdict;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** What was tried already, by whom. */
  readonly pressed: Set<string>;
}

async function round(round: Round): Promise<void> {
  const { people } = await read<WorkspaceView>(round, 'workspace', { as: 'lea' });
  for (const person of people.filter(({ kind }) => kind === 'member')) {
    const { conversations } = await read<WorkspaceView>(round, 'workspace', { as: person.id });
    for (const { id, isMember, archived } of conversations) {
      if (!isMember || archived) continue;
      const view = await read<ConversationView>(round, 'messages', { as: person.id, channel: id });
      for (const message of view.messages) await decide(round, person, message);
    }
  }
}

async function decide(round: Round, person: PersonView, message: MessageView): Promise<void> {
  const button = buttonsOf(message.blocks).find(({ actionId }) => BUTTONS[round.verdict].includes(actionId));
  if (!button || !message.author.isBot) return;
  const once = [person.id, message.channel, message.ts, button.actionId, button.value].join('/');
  if (round.pressed.has(once)) return;
  round.pressed.add(once);
  const { blockId, actionId } = button;
  const place = { kind: 'message', channel: message.channel, ts: message.ts } as const;
  round.log(`${person.name} presses ${actionId}: ${message.text.split('\n')[0] ?? ''}`);
  await act(round, { act: 'use', as: person.id, place, blockId, actionId, chosen: { type: 'button' } });
  const modal = await modalAfter(round, person, message, button);
  if (!modal) return;
  await act(round, { act: 'submit', as: person.id, viewId: modal.id, values: filled(modal) });
  // It stays open with a sentence where that was not theirs to do.
  await act(round, { act: 'close', as: person.id, viewId: modal.id, all: true });
}

/** What the press opened; undefined: it was enough, or it was refused. */
async function modalAfter(
  round: Round,
  person: PersonView,
  { channel, ts }: MessageView,
  { value }: Pressable,
): Promise<ModalView | undefined> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const modal = (await read<ModalView[]>(round, 'modals', { as: person.id })).at(-1);
    if (modal) return modal;
    const { messages } = await read<ConversationView>(round, 'messages', { as: person.id, channel });
    const now = messages.find((each) => each.ts === ts);
    if (!now || !buttonsOf(now.blocks).some((each) => each.value === value)) return undefined;
    await delay(EVERY_MS / 4, undefined, { signal: round.signal });
  }
  return undefined;
}

interface Pressable {
  readonly blockId: string;
  readonly actionId: string;
  /** What the app gave the button: it changes with what is to be decided. */
  readonly value: string;
}

function buttonsOf(blocks: readonly BlockView[]): Pressable[] {
  return blocks.flatMap((block) => {
    const elements = Array.isArray(block.elements) ? block.elements : [];
    return elements.flatMap((element) => {
      if (typeof element !== 'object' || element === null || Array.isArray(element)) return [];
      const { type, action_id: actionId, value } = element;
      return type === 'button' && typeof actionId === 'string'
        ? [{ blockId: block.block_id, actionId, value: typeof value === 'string' ? value : '' }]
        : [];
    });
  });
}

/** Every text input: what its hint says is to be typed, or the reason. */
function filled({ blocks }: ModalView): StateValues {
  const values: Record<string, Record<string, ElementState>> = {};
  for (const { type, block_id: id, element, hint } of blocks) {
    if (type !== 'input' || typeof element !== 'object' || element === null || Array.isArray(element))
      continue;
    const { type: kind, action_id: actionId } = element;
    if (kind !== 'plain_text_input' || typeof actionId !== 'string') continue;
    values[id] = { [actionId]: { type: kind, value: id === 'typed' ? textIn(hint) : REASON } };
  }
  return values;
}

function textIn(value: BlockView[string] | undefined): string {
  const isText = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isText && typeof value.text === 'string' ? value.text : '';
}

async function read<View>(
  { url, signal }: Round,
  path: string,
  query: Record<string, string>,
): Promise<View> {
  const response = await fetch(`${url}/ui/${path}?${new URLSearchParams(query).toString()}`, { signal });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as View;
}

async function act({ url, signal }: Round, what: Act): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/ui/act`, {
    method: 'POST',
    headers,
    body: JSON.stringify(what),
    signal,
  });
  await response.arrayBuffer();
}
