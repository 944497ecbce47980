import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { Connector } from '../connectors/connector.ts';
import { readsThrough } from '../domain/connector-config.ts';
import type { Answer } from '../domain/handoff.ts';
import type { System } from '../domain/manifest.ts';
import type { Database } from '../store/database.ts';
import { askLook, collectLook, type Look } from '../store/looks.ts';

/** For the writer to be woken and to answer, beyond what its system takes. */
const MARGIN_MS = 5_000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * A system as the process at the doors has it (`serve --role gate`), which holds no credential of it: it is looked at by the writer, on
 * request through the database, and nothing is written from here. `policy` is the version of the manifests that it stands in.
 */
export function farConnector(database: Database, policy: string, system: System): Connector {
  const config = readsThrough(system.connector);
  const timeoutMs = (config?.timeoutMs ?? 0) + MARGIN_MS;

  async function look(asked: Pick<Look, 'kind' | 'scope' | 'request'>): Promise<Answer> {
    const id = uuidv7();
    const until = performance.now() + timeoutMs;
    await askLook(database, { id, policy, system: system.id, ...asked });
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      await wait(pauseMs);
      const late = performance.now() >= until;
      const answer = await collectLook(database, id, late);
      if (answer) return answer;
      if (late) return { kind: 'not_sent', why: 'no writer answered: is one running?', permanent: false };
    }
  }

  return {
    timeoutMs,
    isWrittenElsewhere: true,
    read: (request) => look({ kind: 'read', scope: '', request }),
    ...(system.connector.type === 'mcp'
      ? { pin: (request, scope) => look({ kind: 'pin', scope, request }) }
      : {}),
    write: async () => ({
      kind: 'not_sent',
      why: 'the gate writes nothing: the writer does',
      permanent: true,
    }),
    close: async () => {},
  };
}
