import type { RenderedRequest } from '../domain/envelope.ts';
import type { Answer } from '../domain/handoff.ts';
import type { Json } from '../domain/json.ts';
import { ask, type Database } from './database.ts';

/** A look at a system that is asked of whichever process has its credential. */
export interface Look {
  readonly id: string;
  /** The version of the manifests, and the system in it. */
  readonly policy: string;
  readonly system: string;
  readonly kind: 'read' | 'pin';
  /** Of a pin. */
  readonly scope: string;
  readonly request: RenderedRequest;
}

/** Asks for a look; whoever can give it is woken. */
export async function askLook({ sql }: Database, look: Look): Promise<void> {
  const wire: Json = { ...look, request: JSON.parse(JSON.stringify(look.request)) };
  await ask(sql`select ask_look(${sql.json(wire)})`);
}

/** Takes looks that nobody has taken. */
export async function takeLooks({ sql }: Database, limit: number): Promise<Look[]> {
  const rows = await ask(sql<Look[]>`
    select id, policy, system, kind, scope, request from take_looks(${limit})`);
  return rows.map((row) => ({ ...row }));
}

export async function answerLook({ sql }: Database, id: string, answer: Answer): Promise<void> {
  await ask(sql`select answer_look(${id}, ${sql.json(JSON.parse(JSON.stringify(answer)))})`);
}

/** The answer, once; undefined: there is none yet. `giveUp`: nobody waits for it any more. */
export async function collectLook(
  { sql }: Database,
  id: string,
  giveUp: boolean,
): Promise<Answer | undefined> {
  const [row] = await ask(sql<{ answer: Answer | null }[]>`select collect_look(${id}, ${giveUp}) as answer`);
  const answer = row?.answer;
  if (!answer) return undefined;
  return answer.kind === 'answered' ? { ...answer, retryAfterMs: answer.retryAfterMs ?? undefined } : answer;
}
