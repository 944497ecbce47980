import type {
  ConversationSummary,
  ConversationView,
  HomeView,
  MessageView,
  ModalView,
  NotificationPreview,
  RequestEntry,
  StreamEvent,
  WorkspaceView,
} from '../protocol.ts';

export type Place = { kind: 'conversation'; id: string } | { kind: 'home' } | { kind: 'about' };

/** Everything that one person sees; another person is another state. */
export interface PageState {
  readonly workspace: WorkspaceView;
  readonly place: Place;
  readonly conversation: ConversationView | undefined;
  readonly thread: ConversationView | undefined;
  readonly threadTs: string | undefined;
  readonly home: HomeView | undefined;
  readonly modals: readonly ModalView[];
  readonly notifications: readonly NotificationPreview[];
  readonly requests: readonly RequestEntry[];
  readonly live: boolean;
  /** The newest of what was heard, in order: it is heard again over whatever is read, as a read may be older. */
  readonly heard: readonly StreamEvent[];
}

export function startState(workspace: WorkspaceView, place: Place): PageState {
  return {
    workspace,
    place,
    conversation: undefined,
    thread: undefined,
    threadTs: undefined,
    home: undefined,
    modals: [],
    notifications: [],
    requests: [],
    live: false,
    heard: [],
  };
}

const KEPT_REQUESTS = 500;
const KEPT_NOTIFICATIONS = 20;

const KEPT_EVENTS = 100;
const HEARD_AGAIN: readonly StreamEvent['event'][] = [
  'message',
  'message_removed',
  'home',
  'modals',
  'conversations',
];

/** What the page shows after something was heard from the workspace. */
export function hear(state: PageState, event: StreamEvent): PageState {
  const heard = HEARD_AGAIN.includes(event.event) ? [...state.heard, event].slice(-KEPT_EVENTS) : state.heard;
  return { ...applyEvent(state, event), heard };
}

/** What the page shows after something was read, which may be older than what was heard meanwhile. */
export function takeRead(state: PageState, read: Partial<PageState>): PageState {
  return state.heard.reduce(applyEvent, { ...state, ...read });
}

function applyEvent(state: PageState, heard: StreamEvent): PageState {
  switch (heard.event) {
    case 'ready':
      return state;
    case 'message':
      return applyMessage(state, heard.message);
    case 'message_removed':
      return removeMessage(state, heard.channel, heard.ts);
    case 'conversations':
      return withConversations(state, heard.conversations);
    case 'people':
      return { ...state, workspace: { ...state.workspace, people: heard.people } };
    case 'home':
      return { ...state, home: heard.home };
    case 'modals':
      return { ...state, modals: heard.modals };
    case 'notification':
      return {
        ...state,
        notifications: [heard.notification, ...state.notifications].slice(0, KEPT_NOTIFICATIONS),
      };
    case 'request':
      return { ...state, requests: putRequest(state.requests, heard.request) };
    case 'clock':
      return { ...state, workspace: { ...state.workspace, now: heard.now } };
  }
}

function withConversations(state: PageState, conversations: readonly ConversationSummary[]): PageState {
  const again = (view: ConversationView | undefined) => {
    const found = conversations.find((each) => each.id === view?.conversation.id);
    return view && found ? { ...view, conversation: found } : view;
  };
  return {
    ...state,
    workspace: { ...state.workspace, conversations },
    conversation: again(state.conversation),
    thread: again(state.thread),
  };
}

function applyMessage(state: PageState, message: MessageView): PageState {
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  const root = isReply ? message.thread_ts : message.ts;
  const put = (view: ConversationView | undefined) =>
    view?.conversation.id === message.channel
      ? { ...view, messages: putMessage(view.messages, message) }
      : view;
  return {
    ...state,
    conversation: isReply ? state.conversation : put(state.conversation),
    thread: state.threadTs === root ? put(state.thread) : state.thread,
  };
}

export function removeMessage(state: PageState, channel: string, ts: string): PageState {
  const keep = (messages: readonly MessageView[]) =>
    messages.filter((each) => each.channel !== channel || each.ts !== ts);
  const cut = (view: ConversationView | undefined) => view && { ...view, messages: keep(view.messages) };
  return {
    ...state,
    conversation: cut(state.conversation),
    thread: cut(state.thread),
  };
}

function putMessage(messages: readonly MessageView[], message: MessageView): readonly MessageView[] {
  const others = messages.filter((each) => each.channel !== message.channel || each.ts !== message.ts);
  return [...others, message].sort(byTime);
}

function byTime(one: MessageView, other: MessageView): number {
  return one.ts < other.ts ? -1 : one.ts > other.ts ? 1 : 0;
}

function putRequest(requests: readonly RequestEntry[], request: RequestEntry): readonly RequestEntry[] {
  const others = requests.filter((each) => each.id !== request.id);
  return [...others, request].sort((one, other) => one.id - other.id).slice(-KEPT_REQUESTS);
}
