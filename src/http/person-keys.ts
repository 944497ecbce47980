import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { groupsNeeded } from '../domain/authorize.ts';
import { describeWho, type Manifests, type SecretRef, type Who } from '../domain/manifest.ts';
import { EXIT, Stop } from '../errors.ts';
import { type AgentKey, sha256 } from './agent-keys.ts';
import type { Read } from './answer.ts';
import { headerOf } from './authenticate.ts';
import type { PersonCall } from './call.ts';
import type { Directory } from './door-options.ts';
import { problem } from './problem.ts';
import { readBody } from './read-body.ts';

interface KeyOfPerson {
  readonly person: Who;
  readonly bearer: Buffer;
}

export type PersonCallReader = (
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  query: string,
) => Promise<Read<PersonCall>>;

/**
 * Finds out which person calls, by the key that `cli` of org.yml gives to them alone. Who they are and what they may is asked anew for
 * each call. Throws a {@link Stop} for a key that somebody else has too.
 */
export function createPersonCallReader(
  manifests: Manifests,
  secretOf: (ref: SecretRef) => string,
  agents: readonly AgentKey[],
  directory: Directory,
): PersonCallReader {
  const keys = readPersonKeys(manifests, secretOf, agents);
  return async (request, params, query) => {
    const token = /^Bearer +([\x21-\x7e]+)$/i.exec(headerOf(request.headers, 'authorization'))?.[1];
    const given = sha256(token ?? '');
    let who: Who | undefined;
    for (const { person, bearer } of keys) if (timingSafeEqual(bearer, given)) who = person;
    if (token === undefined || !who) return unproved;
    const body = await readBody(request);
    if (!body.ok) return body;
    const person = await directory.personOf(who);
    if (!person) return { ok: false, refusal: nobody(who) };
    return {
      ok: true,
      value: {
        ...{ person, params, query: new URLSearchParams(query), headers: request.headers, body: body.value },
        groupsFor: (act) => directory.membersOf(groupsNeeded(act, manifests)),
      },
    };
  };
}

function readPersonKeys(
  { organisation }: Manifests,
  secretOf: (ref: SecretRef) => string,
  agents: readonly AgentKey[],
): KeyOfPerson[] {
  const keys = organisation.cli.flatMap(({ person, keys }) =>
    keys.map((ref): KeyOfPerson => ({ person, bearer: sha256(secretOf(ref)) })),
  );
  for (const [index, { person, bearer }] of keys.entries()) {
    const others = keys.slice(0, index).filter((each) => each.person !== person);
    const same =
      (others.find((each) => each.bearer.equals(bearer)) && 'somebody else of the list') ||
      agents.find((each) => each.bearer.equals(bearer))?.agent.id;
    if (same)
      throw new Stop(
        EXIT.configuration,
        `the CLI key of ${describeWho(person)} is the key of ${same} too: give each their own (countersign keygen)`,
      );
  }
  return keys;
}

function nobody(who: Who) {
  return problem(
    'nobody',
    `Slack knows no member ${describeWho(who)}: take the key out of org.yml, or mend its name.`,
  );
}

const unproved: Read<PersonCall> = {
  ok: false,
  refusal: problem(
    'unproved',
    'Send Authorization: Bearer <a key that `cli` of org.yml gives to a person>.',
    {},
    { 'www-authenticate': 'Bearer' },
  ),
};
