import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Act, ActResult, StreamEvent } from '../protocol.ts';
import * as client from './client.ts';
import { applyEvent, type PageState, type Place, removeMessage, startState } from './page-state.ts';

export interface Session {
  readonly state: PageState;
  readonly act: (body: Act) => Promise<ActResult>;
  readonly go: (place: Place) => void;
  readonly openThread: (ts: string | undefined) => void;
  readonly dismiss: (channel: string, ts: string) => void;
}

type Change = (update: (state: PageState) => PageState) => void;

/** The page as `person` (an id or a handle; empty for whoever the workspace begins with). */
export function useSession(person: string, first: Place | undefined): Session | undefined {
  const [state, setState] = useState<PageState>();
  const isReload = useRef(true);
  const change: Change = useCallback((update) => setState((now) => now && update(now)), []);
  useEffect(() => {
    let stop = () => {};
    let left = false;
    void client.readWorkspace(person, isReload.current).then((workspace) => {
      if (left) return;
      isReload.current = false;
      setState((before) =>
        startState(workspace, before?.place ?? first ?? firstPlace(workspace.conversations)),
      );
      stop = follow(workspace.me, change);
    });
    return () => {
      left = true;
      stop();
    };
  }, [person]);
  useReading(state, change);
  if (!state) return undefined;
  return {
    state,
    act: client.act,
    go: (place) => change((now) => ({ ...now, place, thread: undefined, threadTs: undefined })),
    openThread: (threadTs) => change((now) => ({ ...now, threadTs, thread: undefined })),
    dismiss: (channel, ts) => {
      change((now) => removeMessage(now, channel, ts));
      void client.act({ act: 'dismiss', as: state.workspace.me, channel, ts });
    },
  };
}

function firstPlace(conversations: PageState['workspace']['conversations']): Place {
  const start = conversations.find((each) => each.isMember && each.kind !== 'dm');
  return start ? { kind: 'conversation', id: start.id } : { kind: 'home' };
}

/** Nothing is replayed over a reconnection, so each `ready` reads everything again. */
function follow(me: string, change: Change): () => void {
  const onEvent = (event: StreamEvent) => {
    change((now) => applyEvent(now, event));
    if (event.event === 'ready') void catchUp(me, change);
  };
  return client.listen(me, onEvent, () => change((now) => ({ ...now, live: false })));
}

async function catchUp(me: string, change: Change): Promise<void> {
  const [workspace, modals, requests, home] = await Promise.all([
    client.readWorkspace(me),
    client.readModals(me),
    client.readRequests(),
    client.readHome(me),
  ]);
  change((now) => ({
    ...now,
    workspace,
    modals,
    requests,
    home,
    conversation: undefined,
    thread: undefined,
  }));
}

/** Reads the conversation and the thread that the page stands on, when it does not hold them. */
function useReading(state: PageState | undefined, change: Change): void {
  const me = state?.workspace.me ?? '';
  const id = state?.place.kind === 'conversation' ? state.place.id : undefined;
  const held = state?.conversation?.conversation.id;
  const wanted = useRef('');
  const live = state?.live ?? false;
  useEffect(() => {
    if (!live || id === undefined || held === id) return;
    wanted.current = `${me} ${id}`;
    void client.readMessages(me, id).then((conversation) => {
      if (wanted.current === `${me} ${id}`) change((now) => ({ ...now, conversation }));
      void client.act({ act: 'read', as: me, channel: id });
    });
  }, [me, id, held, live]);
  const threadTs = state?.threadTs;
  const threadHeld = state?.thread !== undefined;
  useEffect(() => {
    if (!live || id === undefined || threadTs === undefined || threadHeld) return;
    void client.readThread(me, id, threadTs).then((thread) => change((now) => ({ ...now, thread })));
  }, [me, id, threadTs, threadHeld, live]);
}
