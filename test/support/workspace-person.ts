import type {
  Act,
  ActionPlace,
  ActResult,
  BlockView,
  ConversationSummary,
  ConversationView,
  HomeView,
  MessageView,
  ModalView,
  StreamEvent,
  WorkspaceView,
} from '../../src/demo/workspace/protocol.ts';
import { chosenBy, elementsOf, filledIn, labelOf } from './element-values.ts';
import { readableText } from './readable-text.ts';

const patienceMs = 10_000;

/**
 * Somebody at the local workspace's page, without the page: every verb does what a person would, through the same endpoints.
 * Elements are named by what stands on them. A verb that Slack refuses throws Slack's own sentence; `try…` answers with it.
 */
export class WorkspacePerson {
  readonly handle: string;
  readonly #url: string;

  constructor(url: string, handle: string) {
    this.#url = url;
    this.handle = handle;
  }

  /** The same workspace as somebody else. */
  as(handle: string): WorkspacePerson {
    return new WorkspacePerson(this.#url, handle);
  }

  async #get<Answer>(path: string, query: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(
      `${this.#url}/ui/${path}?${new URLSearchParams({ as: this.handle, ...query }).toString()}`,
    );
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  async act(act: Act): Promise<ActResult> {
    const response = await fetch(`${this.#url}/ui/act`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    if (!response.ok) throw new Error(`${act.act} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as ActResult;
  }

  async #done(act: Act): Promise<Extract<ActResult, { ok: true }>> {
    const result = await this.act(act);
    if (result.ok) return result;
    throw new Error(result.problem || JSON.stringify(result.errors));
  }

  workspace(): Promise<WorkspaceView> {
    return this.#get('workspace');
  }

  /** `#agent-ops`, a channel's id, or `@countersign` and `@lea` for a direct conversation. */
  async conversation(name: string): Promise<ConversationSummary> {
    const workspace = await this.workspace();
    const person = workspace.people.find(({ handle }) => `@${handle}` === name);
    if (person) await this.#done({ act: 'open_dm', as: this.handle, withPerson: person.id });
    const conversations = person ? (await this.workspace()).conversations : workspace.conversations;
    const found = conversations.find(
      (each) => each.id === name || `#${each.name}` === name || (person && each.withPerson === person.id),
    );
    if (!found) throw new Error(`${this.handle} sees no conversation "${name}"`);
    return found;
  }

  /** Top-level messages, oldest first; with `thread`, the root and its replies. */
  async messages(where: string, thread?: string): Promise<readonly MessageView[]> {
    const channel = (await this.conversation(where)).id;
    const view = thread
      ? await this.#get<ConversationView>('thread', { channel, ts: thread })
      : await this.#get<ConversationView>('messages', { channel });
    return view.messages;
  }

  /** The newest message whose text or blocks contain `text`; waits for it. */
  async message(where: string, text: string | RegExp): Promise<MessageView> {
    const fits = (each: MessageView) =>
      typeof text === 'string' ? this.textOf(each).includes(text) : text.test(this.textOf(each));
    return this.waitFor(
      async () => (await this.messages(where)).findLast(fits),
      `a message like ${String(text)} in ${where}`,
    );
  }

  /** The message as it now is. */
  async reread(message: MessageView): Promise<MessageView> {
    const root = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : undefined;
    const found = (await this.messages(message.channel, root)).find((each) => each.ts === message.ts);
    if (!found) throw new Error(`${this.handle} sees no message ${message.ts} any more`);
    return found;
  }

  /** Everything a reader sees of a message, Home or modal, unescaped, one line a text. */
  textOf(shown: { readonly blocks: readonly BlockView[] | null; readonly text?: string }): string {
    const blocks = shown.blocks ?? [];
    return readableText(blocks.length > 0 ? [...blocks] : (shown.text ?? ''));
  }

  /** What stands on the buttons, in order. */
  buttons(shown: { readonly blocks: readonly BlockView[] | null }): string[] {
    return elementsOf(shown.blocks ?? [])
      .filter(({ element }) => element.type === 'button')
      .map(({ element }) => labelOf(element.text));
  }

  async say(where: string, text: string, threadTs?: string): Promise<ActResult> {
    const channel = (await this.conversation(where)).id;
    return this.act({ act: 'say', as: this.handle, channel, text, ...(threadTs ? { threadTs } : {}) });
  }

  /** A slash command; answers with the messages that it made appear for this person by the time it was acknowledged. */
  async command(text: string, where: string): Promise<readonly MessageView[]> {
    const before = new Set((await this.messages(where)).map(({ ts }) => ts));
    const result = await this.say(where, text);
    if (!result.ok) throw new Error(result.problem);
    return (await this.messages(where)).filter(({ ts }) => !before.has(ts));
  }

  /** The text of what a slash command answers this person alone. */
  async told(text: string, where: string): Promise<string> {
    const seen = await this.command(text, where);
    return seen
      .filter(({ ephemeral }) => ephemeral)
      .map((each) => this.textOf(each))
      .join();
  }

  /** A command whose answer may come later, over its response_url: waits for the first message. */
  async ask(text: string, where: string): Promise<MessageView> {
    const before = new Set((await this.messages(where)).map(({ ts }) => ts));
    const result = await this.say(where, text);
    if (!result.ok) throw new Error(result.problem);
    return this.waitFor(
      async () => (await this.messages(where)).findLast(({ ts, author }) => author.isBot && !before.has(ts)),
      `an answer to ${text}`,
    );
  }

  /** Presses a button, or chooses an option of an overflow or select, by what stands on it. */
  async click(target: MessageView | ModalView | HomeView, label: string): Promise<void> {
    const result = await this.tryClick(target, label);
    if (!result.ok) throw new Error(result.problem);
  }

  async tryClick(target: MessageView | ModalView | HomeView, label: string): Promise<ActResult> {
    const fresh = 'channel' in target ? await this.reread(target) : target;
    for (const { blockId, element } of elementsOf(fresh.blocks ?? [])) {
      const chosen = chosenBy(element, label);
      if (!chosen) continue;
      const actionId = labelOf(element.action_id);
      return this.act({ act: 'use', as: this.handle, place: placeOf(fresh), blockId, actionId, chosen });
    }
    throw new Error(`nothing is called "${label}"; there are ${JSON.stringify(this.buttons(fresh))}`);
  }

  home(): Promise<HomeView> {
    return this.#get('home');
  }

  /** Opens App Home and waits until the app has published it. */
  async openHome(): Promise<HomeView> {
    await this.#done({ act: 'open_home', as: this.handle, tab: 'home' });
    return this.waitFor(async () => {
      const home = await this.home();
      return home.blocks ? home : undefined;
    }, 'a published App Home');
  }

  /** Opens App Home and waits until what is published says so. */
  async homeSaying(text: string): Promise<HomeView> {
    await this.openHome();
    return this.waitFor(async () => {
      const home = await this.home();
      return this.textOf(home).includes(text) && home;
    }, `Home to say ${text}`);
  }

  /** The stack, bottom first. */
  modals(): Promise<readonly ModalView[]> {
    return this.#get('modals');
  }

  /** The top modal; waits for one, with `title` for the one of that title. */
  async modal(title?: string): Promise<ModalView> {
    return this.waitFor(
      async () => {
        const top = (await this.modals()).at(-1);
        return top && (title === undefined || readableText(top.title) === title) ? top : undefined;
      },
      `a modal${title ? ` "${title}"` : ''}`,
    );
  }

  /** Fills the top modal's inputs by their labels and submits it. */
  async submitModal(values: Record<string, string> = {}): Promise<ActResult> {
    const modal = await this.modal();
    return this.act({ act: 'submit', as: this.handle, viewId: modal.id, values: filledIn(modal, values) });
  }

  async closeModal(all = false): Promise<void> {
    const modal = await this.modal();
    await this.#done({ act: 'close', as: this.handle, viewId: modal.id, all });
  }

  async shortcut(callbackId: string, message?: MessageView): Promise<ActResult> {
    const place = message ? { channel: message.channel, ts: message.ts } : {};
    return this.act({ act: 'shortcut', as: this.handle, callbackId, ...place });
  }

  /** Looks again at each event of this person's stream until `look` finds something; throws after 10 s. */
  async waitFor<Value>(
    look: () => Promise<Value | undefined | false>,
    what: string,
    ms = patienceMs,
  ): Promise<Value> {
    const cancel = new AbortController();
    const deadline = setTimeout(() => cancel.abort(), ms);
    try {
      for await (const event of this.events(cancel.signal)) {
        if (event.event === 'request' && event.request.direction === 'in' && event.request.ok === null)
          continue;
        const found = await look();
        if (found !== undefined && found !== false) return found;
      }
    } catch (error) {
      if (!cancel.signal.aborted) throw error;
    } finally {
      clearTimeout(deadline);
      cancel.abort();
    }
    throw new Error(`${this.handle} waited ${ms} ms for ${what}`);
  }

  /** This person's stream, until the signal. It begins with `ready`. */
  async *events(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const response = await fetch(`${this.#url}/ui/stream?as=${this.handle}`, { signal });
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length));
    }
  }
}

function placeOf(target: MessageView | ModalView | HomeView): ActionPlace {
  if ('channel' in target) return { kind: 'message', channel: target.channel, ts: target.ts };
  const viewId = 'viewId' in target ? target.viewId : target.id;
  return { kind: 'view', viewId: viewId ?? '' };
}
