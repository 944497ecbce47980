import { type Caller, openCaller } from './caller.ts';

export interface Load {
  readonly done: number;
  readonly perSecond: number;
  /** Of one unit of work, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** So many callers, spread over the addresses, each doing one unit of `work` after the other until the time is over, or until it is enough. */
export async function load(
  urls: readonly string[],
  {
    callers,
    secs = Number.POSITIVE_INFINITY,
    isEnough = () => false,
  }: { readonly callers: number; readonly secs?: number | undefined; readonly isEnough?: () => boolean },
  work: (caller: Caller) => Promise<void>,
): Promise<Load> {
  const opened = await Promise.all(
    Array.from({ length: callers }, (_, n) => openCaller(urls[n % urls.length] ?? '')),
  );
  const took: number[] = [];
  const start = performance.now();
  const until = start + secs * 1_000;
  try {
    await Promise.all(
      opened.map(async (caller) => {
        for (let from = performance.now(); from < until && !isEnough(); from = performance.now()) {
          await work(caller);
          took.push(performance.now() - from);
        }
      }),
    );
  } finally {
    for (const caller of opened) caller.close();
  }
  const seconds = (performance.now() - start) / 1_000;
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { done: took.length, perSecond: took.length / seconds, p50: at(0.5), p99: at(0.99) };
}
