import { readdir, readFile } from 'node:fs/promises';

/** In clock ticks of the kernel, 100 a second on Linux. */
const TICK_MS = 10;

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Milliseconds of processor time, with those of its children that are gone. */
  readonly cpuMs: number;
  readonly rssMib: number;
}

/** Processes and all that descends from them; Linux only. */
export async function processTree(roots: readonly number[]): Promise<Process[]> {
  const names = await readdir('/proc');
  const all = (await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcess))).flat();
  const found = all.filter(({ pid }) => roots.includes(pid));
  for (let n = 0; n < found.length; n += 1)
    found.push(...all.filter(({ parent }) => parent === found[n]?.pid));
  return found;
}

/** Of the whole tree. */
export async function cpuMsOf(roots: readonly number[]): Promise<number> {
  return (await processTree(roots)).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

export async function rssMibOf(roots: readonly number[]): Promise<number> {
  return (await processTree(roots)).reduce((sum, { rssMib }) => sum + rssMib, 0);
}

async function readProcess(name: string): Promise<Process[]> {
  try {
    const text = await readFile(`/proc/${name}/stat`, 'utf8');
    // The name in brackets may hold anything.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
    const [, resident = '0'] = (await readFile(`/proc/${name}/statm`, 'utf8')).split(' ');
    return [
      { pid: Number(name), parent, cpuMs: ticks * TICK_MS, rssMib: (Number(resident) * 4_096) / 1024 ** 2 },
    ];
  } catch {
    return []; // It is gone by now.
  }
}
