import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../protocol.ts';

export interface ReadingPlace {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  /** Something newer stands below what is in view. */
  readonly isBehind: boolean;
  readonly catchUp: () => void;
}

const NEAR_END = 120;
const ROOM_ABOVE = 20;

/**
 * Opens at the first unread message, else at the newest one, and shows a message that is taller than the pane from its
 * first line: a card is read from its amount down. It follows while one is at the end, or when one's own message comes;
 * a card that somebody is reading is never moved from under the pointer by a newer one.
 */
export function useReadingPlace(
  messages: readonly MessageView[],
  firstUnread: string | undefined,
  me: string,
): ReadingPlace {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = useRef('');
  const [isBehind, setBehind] = useState(false);
  const newest = messages.at(-1);

  const goTo = (ts: string | undefined) => {
    const { current } = box;
    const row = current?.querySelector<HTMLElement>(`[data-row="${ts ?? ''}"]`);
    if (!current || !row) return;
    const above = row.getBoundingClientRect().top - current.getBoundingClientRect().top;
    current.scrollTop += above - ROOM_ABOVE;
  };
  const onScroll = () => {
    const { current } = box;
    if (!current) return;
    atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END;
    if (atEnd.current) setBehind(false);
  };
  useLayoutEffect(() => {
    const isFirst = last.current === '';
    const isNewer = newest !== undefined && newest.ts > last.current;
    const isOwn = newest !== undefined && (newest.ephemeral || newest.author.id === me);
    if (isFirst) goTo(firstUnread ?? newest?.ts);
    else if (atEnd.current || (isNewer && isOwn)) goTo(newest?.ts);
    else if (isNewer) setBehind(true);
    if (newest) last.current = newest.ts;
    onScroll();
  }, [messages]);
  return { box, onScroll, isBehind, catchUp: () => goTo(newest?.ts) };
}
