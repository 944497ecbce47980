import { z } from 'zod';
import type { HttpConnector, System } from '../domain/manifest.ts';
import { action } from './action-schema.ts';
import { callName, duration, name, secrets, text, who } from './scalars.ts';

const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** What the HTTP client sets itself. */
const OWN_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
]);

const headerName = z
  .string()
  .regex(TOKEN, 'must be the name of a header')
  .refine((text) => !OWN_HEADERS.has(text.toLowerCase()), 'is a header that the HTTP client sets itself');

const headerValue = z
  .string()
  .max(2_000, 'must be at most 2000 characters long')
  .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be visible ASCII')
  .refine((text) => !text.includes('${{'), 'can hold ${secret}, but no ${{ … }}');

/** Scheme and host stand there in full, so that nothing an agent writes can send the credential elsewhere. */
const baseUrl = z.string().transform((text, context): string => {
  const url =
    /^https?:\/\/[^/?#]/i.test(text) && !text.includes('${') && URL.canParse(text)
      ? new URL(text)
      : undefined;
  if (url === undefined)
    context.addIssue({ code: 'custom', message: 'must be an http:// or https:// address' });
  else if (url.username !== '' || url.password !== '') {
    context.addIssue({ code: 'custom', message: 'must hold no user or password: use ${secret} in a header' });
  } else if (/[?#]/.test(text))
    context.addIssue({ code: 'custom', message: 'must have no query and no fragment' });
  else return url.href.replace(/\/+$/, '');
  return z.NEVER;
});

const connector = z
  .strictObject({
    type: z.enum(['http']),
    base_url: baseUrl,
    allow_private: z.boolean().default(false),
    headers: z.record(headerName, headerValue).default({}),
    timeout: duration({ max: 30_000 }).default(10_000),
    idempotency: z.strictObject({ header: headerName }).optional(),
  })
  .transform((found, context): HttpConnector => {
    const idempotencyHeader = found.idempotency?.header;
    for (const [key, value] of Object.entries(found.headers)) {
      const report = (message: string) =>
        context.addIssue({ code: 'custom', message, path: ['headers', key] });
      if (/^(proxy-)?authorization$|^cookie$|api-?key|token/i.test(key) && !value.includes('${secret}')) {
        report('must hold ${secret}: a credential never stands in a manifest');
      }
      if (key.toLowerCase() === idempotencyHeader?.toLowerCase())
        report('is the header of idempotency: it is set for each write');
    }
    const { type, headers } = found;
    return {
      ...{ type, headers, idempotencyHeader },
      baseUrl: found.base_url,
      allowPrivate: found.allow_private,
      timeoutMs: found.timeout,
    };
  });

const line = z
  .string()
  .regex(
    /^(GET|POST|PUT|PATCH|DELETE) (\/|(\/(\*|(?!\.\.?(\/|$))[A-Za-z0-9\-._~]+))+)$/,
    'must be a request such as GET /accounts/* (* is one segment; no query)',
  );

const scopes = z.record(name, z.array(line).min(1, 'must name at least one request')).default({});

export const system = z
  .strictObject({
    system: callName,
    title: text(80),
    kind: z.enum(['system_of_record', 'system_of_engagement']),
    on_conflict: text(500),
    read: scopes,
    write: scopes,
    on_call: who,
    owner: who,
    rollback_contact: who,
    credential: z.strictObject({ account: text(200), secret: secrets }),
    connector,
    actions: z.record(name, action).default({}),
  })
  .transform((found): System => {
    const { title, kind, read, write, owner, connector } = found;
    const actions = Object.entries(found.actions).map(([id, each]) => [id, { id, ...each }] as const);
    return {
      ...{ title, kind, read, write, owner, connector },
      id: found.system,
      onConflict: found.on_conflict,
      onCall: found.on_call,
      rollbackContact: found.rollback_contact,
      credential: { account: found.credential.account, secrets: found.credential.secret },
      actions: Object.fromEntries(actions),
    };
  });
