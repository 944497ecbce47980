import { ask, type Database } from './database.ts';

/**
 * The principal of a Slack account, made at first sight. Pins the e-mail to it if nobody else has it. `also` are all identities of the same
 * human, where the manifests say that there are several; they become one principal.
 */
export async function identify(
  { sql }: Database,
  slack: string,
  email: string | null,
  name: string,
  also: readonly string[] = [],
): Promise<string> {
  const [row] = await ask(sql<{ principal: string }[]>`
    select identify(${slack}, ${email}, ${name}, ${[...also]}::text[]) as principal`);
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

/** Whom a word means: a Slack id, an e-mail or what stands before its @, a name or its first word. Several where that is not enough to tell. */
export async function listPeopleNamed({ sql }: Database, word: string): Promise<KnownPerson[]> {
  const name = word.trim().toLowerCase();
  return ask(sql<KnownPerson[]>`
    select p.id as principal, p.name, array_agg(i.identity order by i.identity) as identities
    from principal p join identity i on i.principal = p.id
    group by p.id, p.name
    having lower(p.name) = ${name} or lower(split_part(p.name, ' ', 1)) = ${name}
      or bool_or(i.identity = ${`email:${name}`} or starts_with(i.identity, ${`email:${name}@`})
        or (i.identity like 'slack:%' and lower(split_part(i.identity, '/', 2)) = ${name}))
    order by p.name, p.id limit 10`);
}

export interface KnownPerson {
  readonly principal: string;
  readonly name: string;
  readonly identities: readonly string[];
}

/** Whom an identity, or a Slack id whatever its workspace, was seen to be. */
export async function findKnownPerson(
  { sql }: Database,
  named: { readonly identity: string } | { readonly slackId: string },
): Promise<KnownPerson | undefined> {
  const [row] = await ask(sql<{ principal: string; name: string; identities: string[] }[]>`
    select p.id as principal, p.name, array(select i.identity from identity i where i.principal = p.id) as identities
    from identity k join principal p on p.id = k.principal
    where ${
      'identity' in named
        ? sql`k.identity = ${named.identity}`
        : sql`k.identity like 'slack:%' and split_part(k.identity, '/', 2) = ${named.slackId}`
    }
    order by k.first_seen_at limit 1`);
  return row && { ...row };
}
