/** What is loaded and made when it is first asked for. */
interface Late<T> {
  get(): Promise<T>;
  /** Closes it if it was made. */
  close(): Promise<void>;
}

export function late<T extends { close(): Promise<void> }>(make: () => Promise<T>): Late<T> {
  let made: Promise<T> | undefined;
  return {
    get() {
      made ??= make();
      return made;
    },
    close: async () => (await made)?.close(),
  };
}
