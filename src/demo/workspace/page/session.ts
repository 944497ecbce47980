import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Act, ActResult, StreamEvent } from '../protocol.ts';
import * as client from './client.ts';
import { hear, type PageState, type Place, removeMessage, startState, takeRead } from './page-state.ts';

export interface Session {
  readonly state: PageState;
  readonly act: (body: Act) => Promise<ActResult>;
  readonly go: (place: Place) => void;
  readonly openThread: (ts: string | undefined) => void;
  readonly dismiss: (channel: string, ts: string) => void;
}

type Change = (update: (state: PageState) => PageState) => void;

/** The page as `person` (an id or a handle; empty for whoever the workspace begins with). */
export function useSession(person: string, first: Place | undefined): Session | Error | undefined {
  const [state, setState] = useState<PageState>();
  const [failure, setFailure] = useState<Error>();
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
    }, setFailure);
    return () => {
      left = true;
      stop();
    };
  }, [person]);
  useReading(state, change);
  if (failure) return failure;
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
  const lost = () => change((now) => ({ ...now, live: false }));
  const onEvent = (event: StreamEvent) => {
    change((now) => hear(now, event));
    if (event.event === 'ready') void catchUp(me, change).catch(lost);
  };
  return client.listen(me, onEvent, lost);
}

async function catchUp(me: string, change: Change): Promise<void> {
  const [workspace, modals, requests, home] = await Promise.all([
    client.readWorkspace(me),
    client.readModals(me),
    client.readRequests(),
    client.readHome(me),
  ]);
  const again = { conversation: undefined, thread: undefined };
  change((now) => takeRead(now, { ...again, workspace, modals, requests, home, live: true }));
}

/** Reads the conversation and the thread that the page stands on, when it does not hold them. */
function useReading(state: PageState | undefined, change: Change): void {
  const me = state?.workspace.me ?? '';
  const at = state?.place.kind === 'conversation' ? state.place.id : undefined;
  const id = state?.workspace.conversations.find((each) => each.id === at)?.id;
  const held = state?.conversation?.conversation.id;
  const wanted = useRef('');
  const live = state?.live ?? false;
  useEffect(() => {
    if (!live || id === undefined || held === id) return;
    wanted.current = `${me} ${id}`;
    void client.readMessages(me, id).then((conversation) => {
      if (wanted.current === `${me} ${id}`) change((now) => takeRead(now, { conversation }));
      void client.act({ act: 'read', as: me, channel: id });
    });
  }, [me, id, held, live]);
  const threadTs = state?.threadTs;
  const threadHeld = state?.thread !== undefined;
  useEffect(() => {
    if (!live || id === undefined || threadTs === undefined || threadHeld) return;
    void client.readThread(me, id, threadTs).then((thread) => {
      change((now) => (now.threadTs === threadTs ? takeRead(now, { thread }) : now));
    });
  }, [me, id, threadTs, threadHeld, live]);
}
