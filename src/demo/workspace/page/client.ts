import type {
  Act,
  ActResult,
  ConversationView,
  HomeView,
  ModalView,
  RequestEntry,
  StreamEvent,
  WorkspaceView,
} from '../protocol.ts';

async function read<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** `reload` forgets the ephemeral messages of that person, as a reload of Slack does. */
export const readWorkspace = (as: string, reload = false) =>
  read<WorkspaceView>('/ui/workspace', { ...(as !== '' && { as }), ...(reload && { reload: '1' }) });
export const readMessages = (as: string, channel: string) =>
  read<ConversationView>('/ui/messages', { as, channel });
export const readThread = (as: string, channel: string, ts: string) =>
  read<ConversationView>('/ui/thread', { as, channel, ts });
export const readHome = (as: string) => read<HomeView>('/ui/home', { as });
export const readModals = (as: string) => read<readonly ModalView[]>('/ui/modals', { as });
export const readRequests = () => read<readonly RequestEntry[]>('/ui/requests');

/** Never throws: a workspace that is gone is one more thing to say to the person. */
export async function act(body: Act): Promise<ActResult> {
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/ui/act', { method: 'POST', headers, body: JSON.stringify(body) });
    const answer: ActResult & { error?: string } = await response.json();
    if (response.ok) return answer;
    return { ok: false, problem: answer.error ?? `The workspace answered ${response.status}.` };
  } catch {
    return { ok: false, problem: 'The local workspace does not answer. Is it still running?' };
  }
}

/** Hears what one person may see, until the returned function is called. `lost` comes before each reconnection. */
export function listen(as: string, heard: (event: StreamEvent) => void, lost: () => void): () => void {
  const source = new EventSource(`/ui/stream?${new URLSearchParams({ as })}`);
  source.onmessage = (message: MessageEvent<string>) => {
    const event: StreamEvent = JSON.parse(message.data);
    heard(event);
  };
  source.onerror = lost;
  return () => source.close();
}
