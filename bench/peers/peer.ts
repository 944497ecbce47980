import { fileURLToPath } from 'node:url';
import { startChild } from '../frame/child.ts';
import { approval, proposal } from '../load/requests.ts';
import type { Contender } from './contender.ts';

/** A peer behind the common front, in a process of its own. */
export function peer(
  options: Pick<Contender, 'name' | 'prepare' | 'recorded'> & {
    readonly program: string;
    readonly args?: readonly string[];
  },
): Contender {
  const program = fileURLToPath(new URL(options.program, import.meta.url));
  return {
    ...options,
    async start({ databaseUrl, ledgerUrl }) {
      const child = await startChild(
        [program, ...(options.args ?? [])],
        { DATABASE_URL: databaseUrl, LEDGER_URL: ledgerUrl },
        /"url"/,
      );
      return {
        ...{ pids: [child.pid], readyMs: child.readyMs, urls: [String(child.said.url)], stop: child.stop },
        ask: async (signal, answer) => [await child.ask(signal, answer)],
        async propose(caller, n) {
          const { status, body } = await caller.call(proposal(n));
          if (status !== 202) throw new Error(`${options.name} did not accept it: ${status} ${body}`);
          return /"id":"([^"]+)"/.exec(body)?.[1] ?? '';
        },
        async decide(caller, id) {
          const { status, body } = await caller.call(approval(id));
          if (status !== 200) throw new Error(`${options.name} did not record it: ${status} ${body}`);
        },
      };
    },
  };
}
