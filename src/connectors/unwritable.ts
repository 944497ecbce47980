import type { Answer } from '../domain/handoff.ts';
import type { System } from '../domain/manifest.ts';
import type { Connector } from './connector.ts';

/**
 * A system to which nothing is ever sent: a person writes it by hand (manual), or it collects its writes itself (queue). Where it
 * can be read, `reads` does.
 */
export function createUnwritableConnector(system: System, reads: Connector | undefined): Connector {
  const refuse = async (why: string): Promise<Answer> => ({ kind: 'not_sent', why, permanent: true });
  return {
    timeoutMs: reads?.timeoutMs ?? 0,
    read: (request) => reads?.read(request) ?? refuse(`${system.id} can't be read`),
    write: () => refuse(`nothing is sent to ${system.id}`),
    close: async () => reads?.close(),
  };
}
