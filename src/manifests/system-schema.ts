import { z } from 'zod';
import { type ConnectorConfig, readsThrough } from '../domain/connector-config.ts';
import type { Credential, Pager, System, Who } from '../domain/manifest.ts';
import { action } from './action-schema.ts';
import { connector } from './connector-schema.ts';
import { requestOf, requestShape } from './request-schema.ts';
import { callName, date, duration, expression, name, oneSecret, secrets, text, who } from './scalars.ts';
import { wrongWithLine } from './scope-lines.ts';

const scopes = z
  .record(name, z.array(z.string().max(500)).min(1, 'must name at least one request'))
  .default({});

const credential = z
  .strictObject({
    account: text(200),
    secret: secrets,
    last_rotated: date.optional(),
    rotate_every: duration().optional(),
    prove: z
      .strictObject({ ...requestShape, that: expression })
      .transform(({ that, ...shape }, context) => ({ request: requestOf(shape, context), that }))
      .optional(),
  })
  .transform(({ account, secret, last_rotated, rotate_every, prove }): Credential => {
    return { account, secrets: secret, lastRotated: last_rotated, rotateEveryMs: rotate_every, prove };
  });

const PAGER = 'must be the address (https://…) that takes the pager’s events, or a map of url and key';

const pagerUrl = z.string().refine(isPagerUrl, PAGER);

/** Plain http serves a pager in the company’s own network. */
function isPagerUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.hash === '';
}

const pager = z
  .union([pagerUrl, z.strictObject({ url: pagerUrl, key: oneSecret })], { error: PAGER })
  .transform((found): Pager => (typeof found === 'string' ? { url: found, key: undefined } : found));

type OnCall = { readonly onCall: Who; readonly pager: Pager | undefined };

const onCall = z
  .union([who, z.strictObject({ person: who, webhook: pager.optional() })], {
    error: 'must be a person or a group, or a map of person and webhook',
  })
  .transform(
    (found): OnCall =>
      'person' in found
        ? { onCall: found.person, pager: found.webhook }
        : { onCall: found, pager: undefined },
  );

export const system = z
  .strictObject({
    system: callName,
    title: text(80),
    kind: z.enum(['system_of_record', 'system_of_engagement', 'last_resort']),
    on_conflict: text(500),
    read: scopes,
    write: scopes,
    on_call: onCall,
    owner: who,
    rollback_contact: who,
    credential: credential.optional(),
    connector,
    actions: z.record(name, action).default({}),
  })
  .transform((found, context): System => {
    const { title, kind, read, write, owner, credential } = found;
    const { config, rate, closed } = found.connector;
    checkLines('read', read, readsThrough(config)?.type, context);
    checkLines('write', write, config.type, context);
    if (credential === undefined && (config.type !== 'manual' || config.reads !== undefined))
      context.addIssue({ code: 'custom', message: 'is missing', path: ['credential'] });
    const actions = Object.entries(found.actions).map(([id, each]) => [id, { id, ...each }] as const);
    return {
      ...{ title, kind, read, write, owner, credential, rate, closed },
      id: found.system,
      onConflict: found.on_conflict,
      ...found.on_call,
      rollbackContact: found.rollback_contact,
      connector: config,
      actions: Object.fromEntries(actions),
    };
  });

/** Whatever kind of connector it is, its scopes are written in its own words. */
function checkLines(
  key: 'read' | 'write',
  scopes: Readonly<Record<string, readonly string[]>>,
  type: ConnectorConfig['type'] | undefined,
  context: z.RefinementCtx,
): void {
  for (const [scope, lines] of Object.entries(scopes)) {
    for (const [index, line] of lines.entries()) {
      const wrong = type ? wrongWithLine(type, line) : 'must be left out: nothing of this system can be read';
      if (wrong) context.addIssue({ code: 'custom', message: wrong, path: [key, scope, index] });
    }
  }
}
