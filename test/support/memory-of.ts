import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK = 4 * 1024 * 1024;

/** Whether a process holds this text anywhere in its writable memory, as bytes of one or two a character. */
export function memoryHolds(pid: number, text: string): boolean {
  const needles = [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le')];
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return regionsOf(pid).some(([from, to]) => regionHolds(memory, from, to, needles));
  } finally {
    closeSync(memory);
  }
}

function regionsOf(pid: number): [number, number][] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      return from && to ? [[Number.parseInt(from, 16), Number.parseInt(to, 16)] as [number, number]] : [];
    });
}

function regionHolds(memory: number, from: number, to: number, needles: readonly Buffer[]): boolean {
  const overlap = Math.max(...needles.map((each) => each.length));
  const buffer = Buffer.alloc(CHUNK + overlap);
  for (let at = from; at < to; at += CHUNK) {
    const wanted = Math.min(CHUNK + overlap, to - at);
    const read = readQuietly(memory, buffer, wanted, at);
    if (needles.some((each) => buffer.subarray(0, read).includes(each))) return true;
  }
  return false;
}

/** Not every page that is mapped can be read. */
function readQuietly(memory: number, buffer: Buffer, length: number, at: number): number {
  try {
    return readSync(memory, buffer, 0, length, at);
  } catch {
    return 0;
  }
}
