import { ask, type Database } from './database.ts';

/** The principal of a Slack account, made at first sight. Pins the e-mail to it if nobody else has it. */
export async function identify(
  { sql }: Database,
  slack: string,
  email: string | null,
  name: string,
): Promise<string> {
  const [row] = await ask(
    sql<{ principal: string }[]>`select identify(${slack}, ${email}, ${name}) as principal`,
  );
  if (!row) throw new Error('identify answered nothing');
  return row.principal;
}

/** Every identity of a principal. */
export async function listIdentities({ sql }: Database, principal: string): Promise<string[]> {
  const rows = await ask(
    sql<{ identity: string }[]>`select identity from identity where principal = ${principal}`,
  );
  return rows.map((row) => row.identity);
}
