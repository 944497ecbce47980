/** Which card somebody acts on. It carries no authority: the database says what that message shows. */
export interface CardRef {
  readonly channel: string;
  readonly ts: string;
  /** `<proposal>:<round>`, as the card's buttons carry it. */
  readonly value: string;
  /** It was acted on in a window that was opened from it, which shows the whole; not on the message itself. */
  readonly isOpened: boolean;
}

/** In the place of a channel: not opened from a card but from App Home, which shows the proposal as it is. */
export const HOME = 'home';

export function encodeCardRef({ channel, ts, value }: Omit<CardRef, 'isOpened'>): string {
  return [channel, ts, value].join(' ');
}

export function decodeCardRef(text: string): CardRef | undefined {
  const [channel, ts, value, ...rest] = text.split(' ');
  return channel && ts && value && rest.length === 0 ? { channel, ts, value, isOpened: true } : undefined;
}
